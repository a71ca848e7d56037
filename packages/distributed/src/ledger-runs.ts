import type { RunSummary } from '@vsm/core';
import { parseKept, printKept } from '@vsm/core/engine';
import { UNTOUCHED } from './items.ts';
import { copySums, itemKey, itemOf, runOf, RUNS, type LedgerRows } from './ledger-rows.ts';
import type { Ledger } from './ledger.ts';
import type { FleetHeader, ItemRow, RunRow } from './model.ts';
import { enter, firstRow, isOver } from './waves.ts';

type RunVerbs = Pick<Ledger, 'createRun' | 'list' | 'openRuns' | 'pause' | 'resume' | 'cancel'>;

/** What people do with runs. */
export function runVerbs(rows: LedgerRows): RunVerbs {
  const { storage, timings } = rows;

  const change = async (runId: string, make: (run: RunRow, now: number) => RunRow): Promise<RunRow> =>
    storage.transact(runId, { locked: ['run'] }, (read, now) => {
      const run = make(runOf(read, runId), now);
      return { result: run, put: new Map([['run', JSON.stringify(run)]]) };
    });

  return {
    async createRun(given) {
      const { runId, fleet } = given;
      const compares = fleet.verify !== 'none' && fleet.verify !== 'count';
      await storage.transact(RUNS, { locked: [runId] }, () => ({
        result: undefined,
        put: new Map([[runId, given.startedAt]]),
      }));
      await storage.transact(runId, { locked: ['run', 'header'] }, (read) => {
        if (read('run') !== undefined) return { result: undefined };
        const written = [
          ['run', JSON.stringify(firstRow(compares))],
          ['header', printKept(given)],
        ] as const;
        return { result: undefined, put: new Map(written) };
      });
    },

    async list() {
      const summaries: RunSummary[] = [];
      for await (const [runId] of storage.list(RUNS, '')) {
        const found = await storage.read(runId, ['run', 'header']);
        const [state, kept] = [found.get('run'), found.get('header')];
        // Begun, and its process died before it was there.
        if (state === undefined || kept === undefined) continue;
        const { startedAt, plan, annotations } = parseKept(kept) as FleetHeader;
        const sums = await copySums({ items: rows.items.bind(rows) }, runId);
        const row = JSON.parse(state) as RunRow;
        summaries.push({
          runId,
          startedAt,
          source: `${plan.source.location} ${plan.source.collection}`,
          target: `${plan.target.location} ${plan.target.collection}`,
          state: row.state === 'done' || row.state === 'differences' ? row.state : 'unfinished',
          vectorsWritten: sums.written,
          vectorsRejected: sums.rejected,
          annotations,
        });
      }
      return summaries.toSorted((left, right) =>
        left.startedAt + left.runId < right.startedAt + right.runId ? -1 : 1,
      );
    },

    async openRuns() {
      const open: string[] = [];
      for await (const [runId] of storage.list(RUNS, '')) {
        const text = await rows.one(runId, 'run');
        if (text !== undefined && !isOver(JSON.parse(text) as RunRow)) open.push(runId);
      }
      return open;
    },

    async pause(runId) {
      await change(runId, (state) => ({ ...state, paused: !isOver(state) }));
    },

    async resume(runId) {
      const before = await rows.run(runId);
      if (before.state === 'failed') {
        const given: number[] = [];
        for await (const [item, row] of rows.items(runId, before.wave)) if (row.status === 'failed') given.push(item);
        const keys = given.map((item) => itemKey(before.wave, item));
        await storage.transact(runId, { locked: ['run', ...keys] }, (read) => {
          const state = runOf(read, runId);
          if (state.state !== 'failed') return { result: undefined };
          const put = new Map(
            keys.map((key) => {
              const row = { ...itemOf(read(key)), status: 'open', attempts: 0, notBefore: 0, error: undefined };
              return [key, JSON.stringify(row)];
            }),
          );
          put.set(
            'run',
            JSON.stringify({ ...enter(state, state.wave, state.items), open: keys.length, paused: false }),
          );
          return { result: undefined, put };
        });
      } else {
        await change(runId, (state) => ({ ...state, paused: false }));
      }
      const state = await rows.run(runId);
      if (isOver(state)) return [];
      return [...(await rows.open(runId, state)).keys()].map((item) => ({ runId, wave: state.wave, item }));
    },

    async cancel(runId) {
      const delayMs = timings.lease + timings.late;
      const key = itemKey('restore', 0);
      const refs = [{ runId, wave: 'restore' as const, item: 0 }];
      return storage.transact(runId, { locked: ['run', key] }, (read, now) => {
        const state = runOf(read, runId);
        if (isOver(state) && state.state !== 'failed') return { result: { refs: [], delayMs: 0 } };
        if (state.wave === 'restore') return { result: { refs, delayMs } };
        // Whoever is at work may write until then, and would find the indexes restored.
        const item: ItemRow = { ...UNTOUCHED, notBefore: now + delayMs };
        const put = new Map([
          ['run', JSON.stringify({ ...enter(state, 'restore', 1), paused: false })],
          [key, JSON.stringify(item)],
        ]);
        return { result: { refs, delayMs }, put };
      });
    },
  };
}
