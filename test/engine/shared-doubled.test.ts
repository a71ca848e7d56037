import { createMemory } from '@vsm/adapter-memory';
import { migrate, type MigrationResult, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import {
  createEngine,
  createLedger,
  startRun,
  TIMINGS,
  work,
  type FleetStores,
  type Ledger,
  type StartOptions,
} from '@vsm/distributed';
import { memoryQueue, memoryStorage } from '@vsm/distributed/memory';
import { describe, expect, it } from 'vitest';
import { allRecords, alterCollections, among, filledMemory, makeRecords } from './stores.ts';

// Records of one id that lie in different items: no worker of the copy sees two of them.

const RECORDS = 2000;
const PARTS = 4;
const plain = makeRecords(RECORDS);
const firstOf = (id: string): VectorRecord => plain.find((record) => record.id === id) as VectorRecord;
const other = (id: string, which: string): VectorRecord => ({ ...firstOf(id), metadata: { index: which } });

/** Some records of each quarter, put at its end. */
async function doubling(more: readonly (readonly VectorRecord[])[]): Promise<VectorStoreV1> {
  const quarters = more.map((some, at) => [...plain.slice(at * 500, (at + 1) * 500), ...some]);
  const all = quarters.flat();
  return alterCollections(await filledMemory(plain), () => ({
    async scan({ partition, cursor = '0', limit }) {
      const records = partition === undefined ? all : (quarters[Number(partition.id)] ?? []);
      const to = Number(cursor) + limit;
      return { records: records.slice(Number(cursor), to), cursor: to < records.length ? String(to) : null };
    },
    fetch: among(all),
    partition: async () => quarters.map((_, part) => ({ id: String(part) })),
    count: async () => ({ value: all.length, exact: true }),
  }));
}

interface Moved {
  readonly result: MigrationResult;
  readonly ledger: Ledger;
  readonly records: readonly VectorRecord[];
}

async function moved(
  source: VectorStoreV1,
  asked: Partial<StartOptions> = {},
  alter: (ledger: Ledger) => Ledger = (ledger) => ledger,
): Promise<Moved> {
  const target = asked.target ?? createMemory();
  const timings = { ...TIMINGS, lease: 2000, late: 100, beat: 200, reconcile: 200, retry: 50 };
  const kept = createLedger(memoryStorage(), { timings });
  const [ledger, queue] = [alter(kept), memoryQueue()];
  const stores = async (): Promise<FleetStores> => ({ source, target });
  const options = { ledger, queue, source, target, sourceCollection: 'docs', batchSize: 100, parts: PARTS, ...asked };
  const { runId } = await startRun(options);
  const worker = (name: string) =>
    work({ ledger, queue, engine: createEngine({ ledger, stores, slots: 2 }), slots: 2, until: runId, name });
  await Promise.all([worker('one'), worker('two')]);
  await queue.close();
  const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
  return { result: value as MigrationResult, ledger: kept, records: await allRecords(target) };
}

/** What was kept of the records that were rejected. */
async function rejectedOf({ ledger, result }: Moved): Promise<readonly string[]> {
  const kept: string[] = [];
  for await (const { record } of ledger.rejected(result.runId)) kept.push(JSON.stringify(record.metadata['index']));
  return kept.toSorted();
}

const indexesOf = (more: readonly (readonly VectorRecord[])[]): readonly string[] =>
  more.flatMap((some) => some.map(({ metadata }) => JSON.stringify(metadata['index']))).toSorted();

/** What is only for finding doubled ids. */
async function hashesOf(ledger: Ledger, runId: string): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const [, packed] of ledger.hashes(runId)) hashes.push(packed);
  return hashes;
}

const TWINS = [
  ['another record', [[], [], [], [other('record-3', 'twin')]], 1],
  ['the same once more', [[], [], [firstOf('record-3')], []], 1],
  [
    'some of one item, some of others',
    [
      [other('record-3', 'near'), other('record-3', 'nearer')],
      [],
      [other('record-3', 'far')],
      [other('record-600', 'x')],
    ],
    4,
  ],
  ['two of a later item', [[], [], [other('record-3', 'far'), other('record-3', 'farther')], []], 2],
] as const;

describe('of records with one id in different items', () => {
  it.each(TWINS)('keeps the first, rejects the others by name and verifies it: %s', async (_what, more, rejected) => {
    const source = await doubling(more);
    const run = await moved(source);
    const { result, records } = run;
    expect(result).toMatchObject({ vectorsMigrated: RECORDS, vectorsFailed: rejected, success: false });
    expect(result.rejected.every(({ reason }) => reason === 'duplicate-id')).toBe(true);
    expect(result.verification).toMatchObject({ passed: true, expectedCount: RECORDS, differences: [] });
    expect(records).toHaveLength(RECORDS);
    expect(records.find(({ id }) => id === 'record-3')?.metadata).toEqual(firstOf('record-3').metadata);
    expect(await rejectedOf(run)).toEqual(indexesOf(more));
    const alone = await migrate({
      source,
      target: createMemory(),
      sourceCollection: 'docs',
      batchSize: 100,
      concurrency: 1,
      checkpoints: false,
    });
    expect(result.rejected.map(({ id }) => id).toSorted()).toEqual(alone.rejected.map(({ id }) => id).toSorted());
  });

  it.each([{ verify: 'ids' }, { verify: 'count' }, { validate: false }] as const)('with %o', async (asked) => {
    const [[, more]] = TWINS;
    const { result, records } = await moved(await doubling(more), asked);
    expect(result).toMatchObject({ vectorsMigrated: RECORDS, vectorsFailed: 1 });
    expect(result.rejected).toMatchObject([{ id: 'record-3', reason: 'duplicate-id' }]);
    const { passed, expectedCount } = result.verification ?? { passed: true, expectedCount: RECORDS };
    expect({ passed, expectedCount }).toEqual({ passed: true, expectedCount: RECORDS });
    expect(records.find(({ id }) => id === 'record-3')?.metadata).toEqual(firstOf('record-3').metadata);
  });

  it('counts nothing as undone that a synchronisation did not write', async () => {
    const target = createMemory();
    const [, [, more]] = TWINS;
    const source = await doubling(more);
    await moved(source, { target });
    const { result } = await moved(source, { target, mode: 'sync' });
    expect(result).toMatchObject({ vectorsMigrated: 0, vectorsFailed: 1, verification: { passed: true } });
  });

  it('names each once, where who names them dies in between', async () => {
    const [, , [, more]] = TWINS;
    let lost = 0;
    const run = await moved(await doubling(more), {}, (kept) => ({
      ...kept,
      async append(claimed, page) {
        const answer = await kept.append(claimed, page);
        // Kept, and nobody hears of it: somebody else takes the item up.
        if (claimed.ref.wave === 'finish' && page.rejected !== undefined && (lost += 1) === 1) throw new Error('lost');
        return answer;
      },
    }));
    const { result, ledger } = run;
    expect(lost).toBeGreaterThan(1);
    expect(await rejectedOf(run)).toEqual(indexesOf(more));
    expect(result).toMatchObject({ vectorsMigrated: RECORDS, vectorsFailed: 4 });
    expect(result.verification).toMatchObject({ passed: true });
    expect(await hashesOf(ledger, result.runId)).toEqual([]);
  });

  it('leaves nothing in the ledger that was for finding them, where the run is cancelled', async () => {
    const [[, more]] = TWINS;
    let runId = '';
    let before = 0;
    const { ledger } = await moved(await doubling(more), {}, (kept) => ({
      ...kept,
      async append(claimed, page) {
        const answer = await kept.append(claimed, page);
        if (claimed.ref.wave !== 'copy' || runId !== '') return answer;
        runId = claimed.ref.runId;
        before = (await hashesOf(kept, runId)).length;
        await kept.cancel(runId);
        return { ...answer, stop: true };
      },
    }));
    expect(before).toBeGreaterThan(0);
    expect(await ledger.run(runId)).toMatchObject({ state: 'cancelled' });
    expect(await hashesOf(ledger, runId)).toEqual([]);
  });

  it('fails where they were not looked for', async () => {
    const [[, more]] = TWINS;
    const { result } = await moved(await doubling(more), {}, (kept) => ({
      ...kept,
      // As if the look for doubled ids had found one that is none.
      async *results(runId, wave) {
        if (wave === 'finish') yield { doubled: [] };
        else yield* kept.results(runId, wave);
      },
    }));
    expect(result.verification).toMatchObject({ passed: false });
  });
});
