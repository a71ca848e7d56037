import { CursorTrail } from '@vsm/core/adapter';
import { keysPage, LISTED, PAGE, type CompareOptions } from './compare.ts';
import type { Verified } from './facts.ts';
import type { Side } from './model.ts';
import { routeFrom } from './route.ts';
import { mend } from './unlike.ts';

/**
 * Compares all records of both stores while they are written to, and marks those that are not alike, for the drainer to mend. A record
 * that is marked before or after it was looked at is the drainer's already, and is no difference; in the end it is looked at once more.
 * @param from the store that serves
 */
export async function verifyMove(options: CompareOptions, from: Side = 'source'): Promise<Verified> {
  const { journal, routes } = options;
  const route = routeFrom(routes, from);
  const { row, now } = await journal.seen();
  const ids: string[] = [];
  let compared = 0;
  let differing = 0;
  const marked = new Set<string>();
  const look = async (keys: readonly string[]): Promise<void> => {
    const found = await mend(keys, { ...options, route });
    for (const key of found.marked) marked.add(key);
    differing += found.unmarked.length;
    ids.push(...found.unmarked.slice(0, LISTED - ids.length));
  };
  const compare = async (keys: readonly string[]): Promise<void> => {
    compared += keys.length;
    await look(keys);
  };
  for await (const keys of keysOf(from, options)) await compare(keys);
  // What only the other store has was deleted in this one, or is nobody's.
  for await (const keys of keysOf(from === 'source' ? 'target' : 'source', options)) {
    const known = await route.read(keys);
    await compare(keys.filter((key) => !known.has(key)));
  }
  const again = [...marked];
  for (let at = 0; at < again.length; at += PAGE) await look(again.slice(at, at + PAGE));
  return { at: now, version: row.version, compared, differing, ids };
}

/** All pages of a store. */
async function* keysOf(side: Side, options: CompareOptions): AsyncGenerator<readonly string[], void, void> {
  const trail = new CursorTrail(side);
  let cursor: string | undefined;
  do {
    const page = await keysPage(options, side, cursor);
    cursor = trail.next({ cursor: page.cursor ?? null });
    yield page.keys;
    options.signal?.throwIfAborted();
  } while (cursor !== undefined);
}
