/** How the records of both stores are gone through to be compared. */
import { decodeRecord, recordKey } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import type { Side } from './model.ts';
import type { Routes } from './route.ts';

export interface CompareOptions {
  readonly journal: Journal;
  readonly routes: Routes;
  readonly clock: Clock;
  /** How long a store may show what was before. */
  readonly settleMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Records of one page. */
export const PAGE = 500;
/** Ids that are told of what was found. */
export const LISTED = 100;

interface KeysPage {
  readonly keys: readonly string[];
  /** Of the next page; none, after the last one. */
  readonly cursor: string | undefined;
}

/** The keys of one page of a store. Names in the target are read back from its records. */
export async function keysPage(
  { routes, signal }: Pick<CompareOptions, 'routes' | 'signal'>,
  side: Side,
  cursor: string | undefined,
): Promise<KeysPage> {
  const include = side === 'target' ? (['metadata'] as const) : [];
  const page = await routes[side].scan({ limit: PAGE, include, cursor }, { signal });
  const keys = page.records.map((record) => recordKey(side === 'target' ? decodeRecord(record) : record));
  return { keys, cursor: page.cursor ?? undefined };
}
