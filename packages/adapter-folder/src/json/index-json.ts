import { damaged } from '../errors.ts';
import type { RandomFile } from '../random-file.ts';
import { ByteCursor } from './byte-cursor.ts';
import { Members, readText, Spans } from './spans.ts';

/** Goes once through a file that holds one object, and remembers where the members of those of its objects lie that are wanted. */
export function indexObjects(file: RandomFile, wanted: readonly string[]): ReadonlyMap<string, Members> {
  const found = new Map<string, Members>();
  const cursor = new ByteCursor(file);
  cursor.object((outer) => {
    const name = keyAt(file, outer);
    if (!wanted.includes(name)) return cursor.skip();
    if (!cursor.isObject()) throw damaged(file.path, `its "${name}" is no object`);
    found.set(name, membersHere(file, cursor));
  });
  cursor.end();
  return found;
}

/** The same of a file that is itself the object. */
export function indexMembers(file: RandomFile): Members {
  const cursor = new ByteCursor(file);
  const members = membersHere(file, cursor);
  cursor.end();
  return members;
}

/**
 * The items of the list in a member of the object that a file holds, or of the list that it is.
 * @throws VsmError where there is no such list
 */
export function indexList(file: RandomFile, name?: string): Spans {
  const cursor = new ByteCursor(file);
  const spans = new Spans(file);
  let isThere = name === undefined;
  const items = (): void =>
    cursor.list(() => {
      const from = cursor.offset;
      cursor.skip();
      spans.add(from, cursor.offset);
    });
  if (name === undefined) items();
  else {
    cursor.object((key) => {
      if (keyAt(file, key) !== name) return cursor.skip();
      isThere = true;
      return items();
    });
  }
  cursor.end();
  if (!isThere) throw damaged(file.path, `it has no list "${name}"`);
  return spans;
}

function membersHere(file: RandomFile, cursor: ByteCursor): Members {
  const members = new Members(file);
  cursor.object((key) => {
    cursor.skip();
    members.add(keyAt(file, key), key.from, cursor.offset);
  });
  return members;
}

function keyAt(file: RandomFile, { from, to }: { readonly from: number; readonly to: number }): string {
  const text = readText(file, from, to);
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    throw damaged(file.path, `the key at byte ${from} is no text of JSON`, cause);
  }
}
