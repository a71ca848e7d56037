import { basename } from 'node:path';
import { damaged } from '../errors.ts';
import { ByteCursor } from '../json/byte-cursor.ts';
import { Members, readText } from '../json/spans.ts';
import { RandomFile } from '../random-file.ts';
import type { Docstore } from './docstore.ts';
import { lostDocument, parseDocument } from './document.ts';

/** `docstore.json` of FAISS in JavaScript: pairs of ids and documents, and which vector has which id. */
export function openMappedDocstore(path: string): Docstore {
  const file = new RandomFile(path);
  try {
    const cursor = new ByteCursor(file);
    let documents: Members | undefined;
    const ids = new Map<number, string>();
    cursor.list(() => {
      if (documents === undefined) documents = pairsHere(file, cursor);
      else {
        cursor.object((key) => {
          const from = cursor.offset;
          cursor.skip();
          ids.set(Number(textAt(file, key.from, key.to)), textAt(file, from, cursor.offset));
        });
      }
    });
    cursor.end();
    const found = documents ?? new Members(file);
    return {
      size: ids.size,
      idOf(place) {
        const id = ids.get(place);
        if (id === undefined) throw damaged(path, `vector ${place} has no id in it`);
        return id;
      },
      document(place) {
        const text = found.get(ids.get(place) ?? '');
        return text === undefined ? lostDocument(`${basename(path)} has no document of it`) : parseDocument(text);
      },
      close: () => file.close(),
    };
  } catch (cause) {
    file.close();
    throw cause;
  }
}

/** `docstore.json` of HNSWLib: pairs of labels and documents. */
export function openLabelledDocstore(path: string): Docstore {
  const file = new RandomFile(path);
  try {
    const cursor = new ByteCursor(file);
    const documents = pairsHere(file, cursor);
    cursor.end();
    return {
      size: documents.size,
      idOf: (place) => documents.at(place).key,
      document: (place) => parseDocument(documents.at(place).text),
      close: () => file.close(),
    };
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function pairsHere(file: RandomFile, cursor: ByteCursor): Members {
  const members = new Members(file);
  cursor.list(() => {
    let key: { readonly from: number; readonly to: number } | undefined;
    cursor.list(() => {
      const from = cursor.offset;
      cursor.skip();
      if (key === undefined) key = { from, to: cursor.offset };
      else members.add(textAt(file, key.from, key.to), key.from, cursor.offset);
    });
  });
  return members;
}

function textAt(file: RandomFile, from: number, to: number): string {
  try {
    const value: unknown = JSON.parse(readText(file, from, to));
    if (typeof value === 'string') return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw damaged(file.path, `what stands at byte ${from} is no id`);
}
