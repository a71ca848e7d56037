/**
 * Several records of a source may have one id, of which the target holds one. Within an item the copy sees to it; those that lie in
 * different items no worker sees, so each page leaves hashes of its ids in the ledger, and `finish` looks whether one came twice.
 */
import { hash } from 'node:crypto';
import { VsmError, type RejectedRecord } from '@vsm/core';
import {
  HashSet,
  keyHash,
  printRecord,
  readEachPage,
  recordKey,
  writeRecords,
  type CopySides,
  type Ends,
  type ScanPart,
} from '@vsm/core/engine';
import type { RunContext } from './context.ts';
import type { HeldItem } from './held.ts';
import type { Ledger } from './ledger.ts';

/** Of a run with more records, no hashes are kept: one process has room for no more of them. */
const MOST_RECORDS = 6_000_000;
/** Every worker that compares holds them; beyond it, verification calls each a difference. */
const MOST_LISTED = 100_000;
const HASH_BYTES = 8;

/** Whether doubled ids of a run of so many records are looked for. */
export function watchesIds(records: number): boolean {
  return records <= MOST_RECORDS;
}

/** 64 bits of the hash of each key. */
export function packHashes(keys: readonly { readonly high: number; readonly low: number }[]): string {
  const packed = Buffer.alloc(keys.length * HASH_BYTES);
  for (const [at, { high, low }] of keys.entries()) {
    packed.writeUInt32LE(high, at * HASH_BYTES);
    packed.writeUInt32LE(low, at * HASH_BYTES + 4);
  }
  return packed.toString('base64');
}

function* unpackHashes(text: string): Generator<readonly [high: number, low: number], void, void> {
  const packed = Buffer.from(text, 'base64');
  for (let at = 0; at < packed.length; at += HASH_BYTES) yield [packed.readUInt32LE(at), packed.readUInt32LE(at + 4)];
}

/** Hashes that came more than once, and the items in which they did. */
async function doubledHashes(ledger: Ledger, runId: string): Promise<{ doubled: HashSet; items: readonly number[] }> {
  const seen = new HashSet();
  const doubled = new HashSet();
  let any = false;
  for await (const [, packed] of ledger.hashes(runId)) {
    for (const [high, low] of unpackHashes(packed)) {
      if (seen.add(high, low) !== false) continue;
      doubled.add(high, low);
      any = true;
    }
  }
  const items = new Set<number>();
  if (!any) return { doubled, items: [] };
  for await (const [item, packed] of ledger.hashes(runId)) {
    if (items.has(item)) continue;
    for (const [high, low] of unpackHashes(packed)) if (doubled.has(high, low)) items.add(item);
  }
  return { doubled, items: [...items].toSorted((left, right) => left - right) };
}

export interface NamingDoubled {
  readonly ledger: Ledger;
  readonly context: RunContext;
  readonly item: HeldItem;
  readonly ends: Ends;
  readonly sides: CopySides;
}

/**
 * Rejects by name, of the records of one id, all but the first, and has the target hold that one. What an earlier claim has named is not
 * named again. @returns keys of the ids, the first hundred thousand
 */
export async function nameDoubled(naming: NamingDoubled): Promise<readonly string[]> {
  const { ledger, context, item } = naming;
  const { runId } = item.claimed.ref;
  const { doubled, items } = await doubledHashes(ledger, runId);
  if (items.length === 0) return [];
  // Who lost an item of the copy may write until then, over the record that is to stay.
  await item.settle();
  const held = new HashSet();
  const keys = new Set<string>();
  for (const number of items) {
    const named = await namedBefore(naming, number);
    const isDoubled = (key: string): boolean => {
      const { high, low } = keyHash(key);
      return !named.refused.has(key) && doubled.has(high, low);
    };
    const parts = await ledger.parts(runId, number);
    await eachDoubled(naming, parts, isDoubled, async (records) => {
      const first: RejectedRecord['record'][] = [];
      const later: RejectedRecord[] = [];
      for (const record of records) {
        const key = recordKey(record);
        if (keys.size < MOST_LISTED) keys.add(key);
        const { high, low } = keyHash(key);
        const content = contentOf(record, naming.sides);
        const before = named.doubled.get(content) ?? 0;
        if (before > 0) named.doubled.set(content, before - 1);
        else if (held.add(high, low) !== false) first.push(record);
        else later.push(rejectedFor(record));
      }
      await hold(naming, first);
      if (later.length === 0) return;
      // A copy counted them as written; a synchronisation only those that it found changed, and did write.
      const undone = context.header.settings.mode === 'sync' ? 0 : later.length;
      const sums = { read: 0, written: -undone, rejected: later.length, dropped: {} };
      await item.append({ sums, rejected: later, rejectedOf: number });
      context.tracker.advance({ records: 0, bytes: 0, errors: later.length });
    });
  }
  return [...keys];
}

function rejectedFor(record: RejectedRecord['record']): RejectedRecord {
  const { id, namespace } = record;
  const detail = 'the id came before in another part, and of several records with one id only the first is kept';
  return { rejection: { id, namespace, reason: 'duplicate-id', detail }, record };
}

/** What is known already of an item: how many records of one content were rejected for their id, and the keys of those that were for what they are. */
async function namedBefore(
  { ledger, sides, item: { claimed } }: NamingDoubled,
  item: number,
): Promise<{ readonly doubled: Map<string, number>; readonly refused: ReadonlySet<string> }> {
  const doubled = new Map<string, number>();
  const refused = new Set<string>();
  for await (const { rejection, record, by } of ledger.rejected(claimed.ref.runId, item)) {
    if (rejection.reason === 'duplicate-id') {
      const content = contentOf(record, sides);
      doubled.set(content, (doubled.get(content) ?? 0) + 1);
    } else if (by !== 'layout') refused.add(recordKey(rejection));
  }
  return { doubled, refused };
}

/** Which of the records with its id it is; a vector that is computed anew may come out differently each time. */
function contentOf(record: RejectedRecord['record'], { pipeline: { computedVector } }: CopySides): string {
  const vectors = Object.entries(record.vectors).filter(([name]) => name !== computedVector);
  return hash('sha256', printRecord({ ...record, vectors: Object.fromEntries(vectors) }));
}

/** Reads parts of the source anew, in order, for those of its records that are meant, as they are stored. */
async function eachDoubled(
  { context, item, ends, sides }: NamingDoubled,
  parts: readonly ScanPart[],
  isMeant: (key: string) => boolean,
  work: (records: readonly RejectedRecord['record'][]) => Promise<void>,
): Promise<void> {
  const { plan, settings } = context.header;
  const reading = {
    ...ends,
    side: 'source',
    include: ['vectors', 'metadata'],
    filter: plan.filter,
    batchSize: settings.batchSize,
    concurrency: 1,
    bytesPerRecord: plan.sample.bytesPerRecord,
    parts,
    signal: item.signal,
  } as const;
  await readEachPage(sides.source, reading, async ({ records }) => {
    const meant = [];
    for (const record of records) {
      const { mapped } = await sides.pipeline.map([record], true);
      if (mapped.some(({ stored }) => isMeant(recordKey(stored)))) meant.push(record);
    }
    if (meant.length === 0) return;
    const { mapped } = await sides.pipeline.map(meant);
    await work(mapped.map(({ stored }) => stored));
  });
}

/** Writes once more those that are to stay: of two items that were copied at once, either may have been the last. */
async function hold(
  { context, item, ends, sides }: NamingDoubled,
  records: readonly RejectedRecord['record'][],
): Promise<void> {
  if (sides.target === undefined) return;
  const { pace, tracker } = context;
  const { rejected } = await writeRecords(sides.target, records, {
    pace,
    tracker,
    retry: ends.retry,
    signal: item.signal,
  });
  const [refused] = rejected;
  if (refused === undefined) return;
  throw new VsmError(
    'MIGRATION_FAILED',
    `"${refused.id}" is the id of several records of the source, and the target took the first of them at first and refuses it now: ${refused.detail ?? refused.reason}`,
  );
}
