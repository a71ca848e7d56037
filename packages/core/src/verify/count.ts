import { setTimeout as delay } from 'node:timers/promises';
import type { ReadableCollection } from '../spec/v1.ts';
import { recordOfKey } from '../spec/record.ts';
import {
  changesRecords,
  digestExpected,
  doubledKeys,
  eachPage,
  filterOfTarget,
  targetNamespaces,
  selectedInTarget,
  type Sides,
} from './ids.ts';

/** How many records a namespace should have and has, `''` being the default one. */
export interface NamespaceCount {
  readonly namespace: string;
  readonly expected: number;
  readonly found: number;
}

/** Records by namespace, or `all` of them together. */
export type Tally = ReadonlyMap<string, number> | { readonly all: number };

/** How long an eventually consistent store may take to show what was written, in milliseconds. */
export const SETTLE_MS = 60_000;
export const SETTLE_POLL_MS = 500;

/** Beyond this, asking for each namespace takes longer than it tells: they are counted together. */
const MOST_NAMESPACES = 1000;

/** How many records should be in the target. Asks the source where it knows; reads it where only some of its records are meant. */
export async function countExpected(sides: Sides): Promise<Tally> {
  const { plan, source, absent, doubled } = sides;
  const refused = (absent?.size ?? 0) + (doubled?.size ?? 0);
  const whole = plan.filter === undefined && !changesRecords(sides) && refused === 0;
  const counted = whole ? await countByNamespace(sides, source, plan.namespaces) : undefined;
  if (counted === undefined) return (await digestExpected(sides)).namespaces;
  // Where the target has no namespaces, all of them lie in one.
  return plan.namespacePolicy === 'keep' ? counted : new Map([['', total(counted)]]);
}

/**
 * Counts the target, by namespace as far as `digested` is, and again while a store shows its writes late. Of each doubled id, which no
 * digest has, one record is expected.
 */
export async function settledCount(sides: Sides, digested: Tally): Promise<NamespaceCount[]> {
  const expected = withDoubled(digested, sides);
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const found = await countTarget(sides);
    const counts = compareTallies(expected, found);
    const lacking = counts.some((count) => count.found < count.expected);
    const eventual = sides.targetStore.capabilities.readAfterWrite === 'eventual';
    if (!eventual || !lacking || performance.now() > deadline) return counts;
    await delay(SETTLE_POLL_MS, undefined, { signal: sides.signal });
  }
}

async function countTarget(sides: Sides): Promise<Tally> {
  const { target } = sides;
  const counted =
    filterOfTarget(sides) !== undefined ? undefined : await countByNamespace(sides, target, targetNamespaces(sides));
  if (counted !== undefined) return counted;
  const counts = new Map<string, number>();
  await eachPage(sides, 'target', ['metadata'], ({ records }) => {
    for (const { namespace = '' } of selectedInTarget(records, sides)) {
      counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    }
  });
  return counts;
}

/** `undefined` where the store only knows about how many there are. */
async function countByNamespace(
  { signal }: Sides,
  collection: ReadableCollection,
  only: readonly string[] | undefined,
): Promise<Tally | undefined> {
  const list = collection.listNamespaces?.bind(collection);
  const names = only ?? (list === undefined ? undefined : await list({ signal }));
  const count = async (namespace: string | undefined): Promise<number | undefined> => {
    const { value, exact } = await collection.count({ namespace }, { signal });
    return exact ? value : undefined;
  };
  if (names === undefined || names.length > MOST_NAMESPACES) {
    const all = await count(undefined);
    if (all === undefined) return undefined;
    return names === undefined ? new Map([['', all]]) : { all };
  }
  const counts = new Map<string, number>();
  for (const namespace of names) {
    const value = await count(namespace);
    if (value === undefined) return undefined;
    counts.set(namespace, value);
  }
  return counts;
}

/** Where one side was counted as a whole, so is the other. */
function compareTallies(expected: Tally, found: Tally): NamespaceCount[] {
  if ('all' in expected || 'all' in found) {
    return [{ namespace: '', expected: total(expected), found: total(found) }];
  }
  return [...new Set([...expected.keys(), ...found.keys()])].map((namespace) => ({
    namespace,
    expected: expected.get(namespace) ?? 0,
    found: found.get(namespace) ?? 0,
  }));
}

function withDoubled(digested: Tally, sides: Sides): Tally {
  const keys = doubledKeys(sides);
  if ('all' in digested) return { all: digested.all + keys.length };
  const counts = new Map(digested);
  for (const key of keys) {
    const namespace = recordOfKey(key)?.namespace ?? '';
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return counts;
}

function total(counts: Tally): number {
  return 'all' in counts ? counts.all : [...counts.values()].reduce((sum, count) => sum + count, 0);
}
