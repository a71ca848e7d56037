import { Float, type MigrationPlan, type RejectedRecord } from '@vsm/core';
import { createLedger, type Claimed, type FleetHeader, type Ledger, type LedgerStorage } from '@vsm/distributed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StorageUnderTest } from './storages.ts';
import { QUICK } from './stores.ts';

let runs = 0;
function newRun(): FleetHeader {
  runs += 1;
  const runId = `run-${process.pid}-${runs}`;
  const plan = {
    totalVectors: 4,
    source: { location: 'a', collection: 'x' },
    target: { location: 'b', collection: 'x' },
  };
  const fleet = { parts: 2, verify: 'values', caps: {}, versions: {} } as const;
  return {
    version: 1,
    runId,
    startedAt: '2026-01-01T00:00:00Z',
    plan: plan as MigrationPlan,
    settings: SETTINGS,
    fleet,
  };
}

const SETTINGS = {
  batchSize: 2,
  concurrency: 1,
  transform: false,
  embed: false,
  mode: 'copy',
  deleteExtra: false,
} as const;
const NO_PAGE = { read: 0, written: 0, rejected: 0, dropped: {} };

function rejectedRecord(id: string): RejectedRecord {
  return {
    rejection: { id, reason: 'too-large', detail: 'too large' },
    record: {
      id,
      vectors: { '': new Float32Array([0.5, 1]) },
      metadata: { big: 9_007_199_254_740_993n, whole: new Float(2) },
    },
  };
}

/** What every storage has to do for a ledger, tried through the ledger. */
export function ledgerSuite(tested: StorageUnderTest): void {
  const { name } = tested;
  describe(`a ledger in ${name}`, () => {
    let ledger: Ledger;
    let other: Ledger;
    let storages: readonly LedgerStorage[] = [];
    beforeAll(async () => {
      const [one, two] = await tested.open();
      storages = [one, two];
      ledger = createLedger(one, { timings: QUICK });
      other = createLedger(two, { timings: QUICK });
    });
    afterAll(async () => {
      for (const storage of new Set(storages)) await storage.close();
    });

    const taken = async (from: Ledger, ref: Claimed['ref'], worker: string): Promise<Claimed> => {
      const claimed = await from.claim(ref, worker);
      if (typeof claimed === 'string') throw new Error(`not taken: ${claimed}`);
      return claimed;
    };
    /** A run whose copy has begun, of two items. */
    const copying = async (): Promise<string> => {
      const header = newRun();
      await ledger.createRun(header);
      const prepare = await taken(ledger, { runId: header.runId, wave: 'prepare', item: 0 }, 'w');
      await ledger.append(prepare, { done: { next: [[{ key: 'a' }, { key: 'b' }], [{ key: 'c' }]] } });
      return header.runId;
    };

    test('keeps a header, and lists the run', async () => {
      const header = newRun();
      await ledger.createRun(header);
      expect(await other.header(header.runId)).toEqual(header);
      expect(await other.run(header.runId)).toMatchObject({ state: 'preparing', wave: 'prepare', open: 1 });
      expect(await other.openRuns()).toContain(header.runId);
      expect((await other.list()).find(({ runId }) => runId === header.runId)).toMatchObject({ state: 'unfinished' });
      await expect(ledger.header('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('opens the items of a wave with the last append of the one before', async () => {
      const runId = await copying();
      expect(await other.run(runId)).toMatchObject({ state: 'copying', wave: 'copy', items: 2, open: 2 });
      const claimed = await taken(other, { runId, wave: 'copy', item: 0 }, 'v');
      expect(claimed.parts.map(({ key }) => key)).toEqual(['a', 'b']);
      expect(await ledger.claim({ runId, wave: 'prepare', item: 0 }, 'w')).toBe('done');
      expect(await ledger.claim({ runId, wave: 'finish', item: 0 }, 'w')).toBe('not-now');
    });

    test('hands an item out with the parts that its run has then, not with those of a moment before', async () => {
      const header = newRun();
      const { runId } = header;
      await ledger.createRun(header);
      const prepare = await taken(ledger, { runId, wave: 'prepare', item: 0 }, 'w');
      const storage = storages[1] as LedgerStorage;
      let isPrepared = false;
      // Somebody was told of an item of the copy by a ledger that then forgot it, and asks for it just as it is there again.
      const late = createLedger(
        {
          ...storage,
          async transact(space, rows, change) {
            if (!isPrepared) await ledger.append(prepare, { done: { next: [[{ key: 'a' }, { key: 'b' }]] } });
            isPrepared = true;
            return storage.transact(space, rows, change);
          },
        },
        { timings: QUICK },
      );
      const claimed = await taken(late, { runId, wave: 'copy', item: 0 }, 'v');
      expect(claimed.parts.map(({ key }) => key)).toEqual(['a', 'b']);
    });

    test('accepts an append of the last claim, once', async () => {
      const runId = await copying();
      const ref = { runId, wave: 'copy', item: 0 } as const;
      const page = { position: { part: 0, cursor: '2' }, sums: { ...NO_PAGE, read: 2, written: 2 }, bytes: 10 };
      const first = await taken(ledger, ref, 'w');
      const answer = await ledger.append(first, page);
      expect(answer).toMatchObject({ accepted: true, stop: false });
      // As after an answer that was lost.
      expect(await ledger.append(first, page)).toEqual({ accepted: false });
      const second = await taken(other, ref, 'v');
      expect(second).toMatchObject({ position: page.position, seq: 1, epoch: 2 });
      const next = answer.accepted ? answer.claimed : first;
      expect(await ledger.append(next, page)).toEqual({ accepted: false });
      const items = new Map<number, unknown>();
      for await (const [item, row] of ledger.items(runId, 'copy')) items.set(item, row.sums);
      expect(items.get(0)).toMatchObject({ read: 2, written: 2, bytes: 10 });
    });

    test('keeps rejected records with their page, exactly as they were, and those of a refused append not at all', async () => {
      const runId = await copying();
      const ref = { runId, wave: 'copy', item: 1 } as const;
      const first = await taken(ledger, ref, 'w');
      const second = await taken(other, ref, 'v');
      const sums = { ...NO_PAGE, read: 1, rejected: 1 };
      const lost = await ledger.append(first, {
        position: { part: 0, cursor: '1' },
        sums,
        rejected: [rejectedRecord('lost')],
      });
      expect(lost).toEqual({ accepted: false });
      await other.append(second, { position: { part: 0, cursor: '1' }, sums, rejected: [rejectedRecord('kept')] });
      const kept: RejectedRecord[] = [];
      for await (const record of ledger.rejected(runId)) kept.push(record);
      expect(kept.map(({ rejection }) => rejection.id)).toEqual(['kept']);
      expect(kept[0]?.record.metadata).toEqual(rejectedRecord('kept').record.metadata);
    });

    test('keeps hashes with their page, by item, and what is named of an item with the rest of it', async () => {
      const runId = await copying();
      const [first, second] = await Promise.all(
        [0, 1].map((item) => taken(ledger, { runId, wave: 'copy', item }, 'w')),
      );
      if (first === undefined || second === undefined) throw new Error('two items');
      await ledger.append(first, { position: { part: 0, cursor: '1' }, hashes: 'one' });
      expect(await ledger.append(first, { position: { part: 1 }, hashes: 'late' })).toEqual({ accepted: false });
      await ledger.append(second, { done: {}, hashes: 'two' });
      const hashes = async (): Promise<(readonly [number, string])[]> => all(other.hashes(runId));
      expect(await hashes()).toEqual([
        [0, 'one'],
        [1, 'two'],
      ]);
      await ledger.append(await taken(other, first.ref, 'w'), { done: {} });
      const finish = await taken(ledger, { runId, wave: 'finish', item: 0 }, 'w');
      const sums = { ...NO_PAGE, written: -1, rejected: 1 };
      await ledger.append(finish, { sums, rejected: [rejectedRecord('again')], rejectedOf: 1 });
      const named = async (item: number) =>
        (await all(other.rejected(runId, item))).map(({ rejection }) => rejection.id);
      expect([await named(0), await named(1)]).toEqual([[], ['again']]);
      expect((await other.list()).find((run) => run.runId === runId)).toMatchObject({ vectorsRejected: 1 });
      expect((await other.parts(runId, 0)).map(({ key }) => key)).toEqual(['a', 'b']);
      await other.forgetHashes(runId);
      expect(await hashes()).toEqual([]);
    });

    test('gives an item to one of many that append at once, and moves on once', async () => {
      const runId = await copying();
      const refs = [0, 1].map((item) => ({ runId, wave: 'copy' as const, item }));
      const claims = await Promise.all(refs.map((ref) => taken(ledger, ref, 'w')));
      const appends = claims.flatMap((claimed) =>
        [ledger, other, ledger, other].map((one) => one.append(claimed, { done: {} })),
      );
      const answers = await Promise.all(appends);
      expect(answers.filter(({ accepted }) => accepted)).toHaveLength(2);
      expect(answers.flatMap((answer) => (answer.accepted ? answer.opened : []))).toEqual([
        { runId, wave: 'finish', item: 0 },
      ]);
      expect(await ledger.run(runId)).toMatchObject({ state: 'finishing', open: 1 });
    });

    test('hands out what takes effect once only when the one before cannot write any more', async () => {
      const header = newRun();
      await ledger.createRun(header);
      const ref = { runId: header.runId, wave: 'prepare', item: 0 } as const;
      const first = await taken(ledger, ref, 'w');
      // In good hands.
      expect(await other.claim(ref, 'v')).toBe('not-now');
      expect(await ledger.append(first, { facts: { 'creating-target': true } })).toMatchObject({ accepted: true });
      expect((await other.facts(header.runId)).get('creating-target')).toBe(true);
    });

    test('opens again what was given up, for whoever resumes', async () => {
      const runId = await copying();
      const ref = { runId, wave: 'copy', item: 0 } as const;
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const claimed = await claimWhenDue(ledger, ref);
        await ledger.release(claimed, 'a record that nobody can read');
      }
      expect(await ledger.run(runId)).toMatchObject({ state: 'copying', open: 1, failed: 1 });
      await ledger.append(await taken(ledger, { runId, wave: 'copy', item: 1 }, 'w'), { done: {} });
      expect(await other.run(runId)).toMatchObject({ state: 'failed' });
      expect(await other.resume(runId)).toEqual([ref]);
      expect(await ledger.run(runId)).toMatchObject({ state: 'copying', open: 1, failed: 0 });
      expect(await taken(ledger, ref, 'w')).toMatchObject({ position: { part: 0 } });
    });

    test('accepts the page on its way when it is paused, and hands out nothing', async () => {
      const runId = await copying();
      const claimed = await taken(ledger, { runId, wave: 'copy', item: 0 }, 'w');
      await other.pause(runId);
      expect(await ledger.append(claimed, { position: { part: 1 } })).toMatchObject({ accepted: true, stop: true });
      expect(await ledger.claim({ runId, wave: 'copy', item: 1 }, 'w')).toBe('not-now');
      expect((await other.resume(runId)).map(({ item }) => item)).toEqual([0, 1]);
      await taken(ledger, { runId, wave: 'copy', item: 1 }, 'w');
    });

    test('restores indexes after a run was cancelled, once nobody can be writing', async () => {
      const runId = await copying();
      const { refs, delayMs } = await ledger.cancel(runId);
      expect(refs).toEqual([{ runId, wave: 'restore', item: 0 }]);
      expect(delayMs).toBe(QUICK.lease + QUICK.late);
      expect(await ledger.run(runId)).toMatchObject({ state: 'cancelling' });
      expect(await other.claim({ runId, wave: 'restore', item: 0 }, 'w')).toBe('not-now');
      expect(await other.claim({ runId, wave: 'copy', item: 0 }, 'w')).toBe('not-now');
    });

    test('names the claims that were lost, to whoever beats with them', async () => {
      const runId = await copying();
      const ref = { runId, wave: 'copy', item: 0 } as const;
      const first = await taken(ledger, ref, 'w');
      const report = { worker: 'w', slots: 1, refused: 0, held: [first] };
      expect((await ledger.beat(report)).lost).toEqual([]);
      await taken(other, ref, 'v');
      expect((await ledger.beat(report)).lost).toEqual([first]);
      expect((await other.workers(runId)).map(({ worker }) => worker)).toEqual(['w']);
    });

    test('books the time of a target for all, and holds all off', async () => {
      const target = `target-${process.pid}-${runs}`;
      expect(await ledger.book(target, 10_000)).toBe(0);
      const second = await other.book(target, 10_000);
      expect(second).toBeGreaterThan(8000);
      expect(second).toBeLessThanOrEqual(10_000);
      const waits = await Promise.all([ledger, other, ledger, other].map((one) => one.book(target, 1000)));
      const sorted = waits.toSorted((left, right) => left - right);
      expect(new Set(sorted.map((wait) => Math.round(wait / 1000))).size).toBe(4);
      await ledger.holdOff(target, 60_000);
      expect(await other.book(target, 0)).toBeGreaterThan(55_000);
    });

    test('keeps thousands of items in order', async () => {
      const header = newRun();
      await ledger.createRun(header);
      const prepare = await taken(ledger, { runId: header.runId, wave: 'prepare', item: 0 }, 'w');
      const next = Array.from({ length: 2500 }, (_, item) => [{ key: `part ${item}` }]);
      const answer = await ledger.append(prepare, { done: { next } });
      expect(answer.accepted && answer.opened).toHaveLength(2500);
      const last = await taken(other, { runId: header.runId, wave: 'copy', item: 2499 }, 'w');
      expect(last.parts).toEqual([{ key: 'part 2499' }]);
    });
  });
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const listed: Row[] = [];
  for await (const row of rows) listed.push(row);
  return listed;
}

async function claimWhenDue(ledger: Ledger, ref: Claimed['ref']): Promise<Claimed> {
  const answer = await ledger.claim(ref, 'w');
  return typeof answer === 'string' ? claimWhenDue(ledger, ref) : answer;
}
