import { decodeRecord, recordKey, type CollectionV1, type ScanRequest, type VectorRecord } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import type { Verified } from './facts.ts';
import type { Routes } from './route.ts';
import { mend } from './unlike.ts';

interface VerifyOptions {
  readonly journal: Journal;
  readonly routes: Routes;
  readonly clock: Clock;
  /** How long a store may show what was before. */
  readonly settleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Ids that are told of a verification. */
const LISTED = 100;
const PAGE = 500;

/**
 * Compares all records of both stores while they are written to, and marks those that are not alike, for the drainer to mend. A record
 * that is marked before or after it was looked at is the drainer's already, and is no difference; in the end it is looked at once more.
 */
export async function verifyMove(options: VerifyOptions): Promise<Verified> {
  const { journal, routes, signal } = options;
  const { row, now } = await journal.seen();
  const ids: string[] = [];
  let compared = 0;
  let differing = 0;
  const marked = new Set<string>();
  const look = async (keys: readonly string[]): Promise<void> => {
    const found = await mend(keys, { ...options, route: routes.there });
    for (const key of found.marked) marked.add(key);
    differing += found.unmarked.length;
    ids.push(...found.unmarked.slice(0, LISTED - ids.length));
  };
  const compare = async (keys: readonly string[]): Promise<void> => {
    compared += keys.length;
    await look(keys);
  };
  for await (const page of scan(routes.source, [], signal)) await compare(page.map(recordKey));
  // What only the target has was deleted in the source, or is nobody's.
  for await (const page of scan(routes.target, ['metadata'], signal)) {
    const keys = page.map((record) => recordKey(decodeRecord(record)));
    const known = await routes.there.read(keys);
    await compare(keys.filter((key) => !known.has(key)));
  }
  const again = [...marked];
  for (let at = 0; at < again.length; at += PAGE) await look(again.slice(at, at + PAGE));
  return { at: now, version: row.version, compared, differing, ids };
}

/** All pages of a collection. */
async function* scan(
  collection: CollectionV1,
  include: ScanRequest['include'],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly VectorRecord[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: PAGE, include, cursor }, { signal });
    yield page.records;
    signal?.throwIfAborted();
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}
