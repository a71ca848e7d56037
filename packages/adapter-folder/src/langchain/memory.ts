import { basename } from 'node:path';
import { isMetadataObject, own, parseJson, type DenseVector, type MetadataValue } from '@vsm/core/adapter';
import { documentCapabilities } from '../capabilities.ts';
import type { Kind } from '../content.ts';
import { damaged, unreadable } from '../errors.ts';
import { ByteCursor } from '../json/byte-cursor.ts';
import { indexList, indexMembers } from '../json/index-json.ts';
import { RandomFile } from '../random-file.ts';
import { componentsOf } from '../vector-text.ts';
import { onlyOne } from '../rows.ts';
import { contentOfStore } from './content.ts';
import type { Docstore } from './docstore.ts';
import { documentOf, lostDocument } from './document.ts';
import { parsePythonEntry, undumped } from './python-dump.ts';

/** A dump of LangChain's in-memory stores: an object by id (Python), or the list `memoryVectors` (JavaScript), which may have ids. */
export const memoryDump: Kind = {
  name: "a JSON file of LangChain's in-memory stores",
  recognises: (files, path) => files.size === 1 && files.has(basename(path)) && path.endsWith('.json'),
  capabilities: documentCapabilities,
  only: (_files, path) => basename(path, '.json'),
  async open(path) {
    const file = new RandomFile(path);
    try {
      const isList = new ByteCursor(file).isList();
      const language = isList ? 'LangChain for JavaScript' : 'LangChain for Python';
      const entries = isList ? listOf(file) : byId(file);
      const last = { place: -1, value: null as MetadataValue };
      // Vector and document of a record lie in one entry.
      const entryAt = (place: number): MetadataValue => {
        if (last.place !== place) {
          last.value = entryIn(path, place, entries);
          last.place = place;
        }
        return last.value;
      };
      const vectorAt = (place: number): DenseVector | undefined => vectorOf(entryAt(place));
      const first = entries.size === 0 ? undefined : vectorAt(0);
      if (entries.size > 0 && first === undefined)
        throw damaged(path, 'its first entry has neither "vector" nor "embedding"');
      const other = first === undefined ? undefined : otherMember(entryAt(0));
      if (other !== undefined) {
        const advice = 'Records of your own are read from JSON Lines: write one object a line into a .jsonl file.';
        throw unreadable(
          path,
          `its first entry has "${other}", which no in-memory store of LangChain writes. ${advice}`,
        );
      }
      const docstore: Docstore = {
        size: entries.size,
        idOf: (place) => (isList ? idIn(entryAt(place)) : undefined) ?? entries.idOf(place),
        document(place) {
          const entry = entryAt(place);
          const beside =
            otherMember(entry) ??
            (isList || idIn(entry) === undefined || idIn(entry) === entries.idOf(place) ? undefined : 'id');
          return beside === undefined
            ? documentOf(entry)
            : lostDocument(`its entry has "${beside}" beside what an in-memory store of LangChain writes`);
        },
        close: () => file.close(),
      };
      const content = contentOfStore({
        name: basename(path, '.json'),
        docstore,
        dimension: first?.length,
        metric: 'cosine',
        vector: vectorAt,
        notes: [`it is a dump of the in-memory store of ${language}`],
        evidence: { id: entries.evidence, vector: 'the list "vector" or "embedding" of the entry' },
      });
      return onlyOne([path], basename(path, '.json'), content, () => file.close());
    } catch (cause) {
      file.close();
      throw cause;
    }
  },
};

interface Entries {
  readonly size: number;
  text(place: number): string;
  idOf(place: number): string;
  /** @throws SyntaxError where it is no JSON that the language writes */
  parse(text: string): MetadataValue;
  readonly evidence: string;
}

function byId(file: RandomFile): Entries {
  const members = indexMembers(file);
  return {
    size: members.size,
    text: (place) => members.at(place).text,
    idOf: (place) => members.at(place).key,
    parse(text) {
      const entry = parsePythonEntry(text);
      return isMetadataObject(entry) && Object.hasOwn(entry, 'metadata')
        ? { ...entry, metadata: undumped(own(entry, 'metadata') ?? null) }
        : entry;
    },
    evidence: 'the key of the entry',
  };
}

function listOf(file: RandomFile): Entries {
  const spans = indexList(file);
  return {
    size: spans.size,
    text: (place) => spans.text(place),
    idOf: String,
    parse: parseJson,
    evidence: 'the id of the entry, or its number in the list where it has none',
  };
}

function entryIn(path: string, place: number, entries: Entries): MetadataValue {
  try {
    return entries.parse(entries.text(place));
  } catch (cause) {
    throw damaged(path, `its entry ${place} is no JSON that others read`, cause);
  }
}

function idIn(entry: MetadataValue): string | undefined {
  const id = isMetadataObject(entry) ? own(entry, 'id') : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

const NAMES = [['vector', 'embedding'], ['pageContent', 'content', 'text'], ['metadata'], ['id']];

/** The first member of an entry that reading it would leave out. */
function otherMember(entry: MetadataValue): string | undefined {
  if (!isMetadataObject(entry)) return undefined;
  const read = NAMES.map((names) => names.find((name) => Object.hasOwn(entry, name)));
  const id = own(entry, 'id') ?? '';
  if (typeof id !== 'string') return 'id';
  return Object.keys(entry).find((name) => !read.includes(name));
}

function vectorOf(entry: MetadataValue): DenseVector | undefined {
  if (!isMetadataObject(entry)) return undefined;
  const vector = own(entry, 'vector') ?? own(entry, 'embedding');
  return Array.isArray(vector) ? componentsOf(vector) : undefined;
}
