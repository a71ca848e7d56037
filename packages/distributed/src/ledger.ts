import { VsmError, type JsonValue, type RejectedRecord, type RunSummary } from '@vsm/core';
import { noPages, addPage, parseKept, printKept, printRejected, type ScanPart } from '@vsm/core/engine';
import { appended, released, RULES, take, UNTOUCHED, type Rules } from './items.ts';
import {
  TIMINGS,
  type Append,
  type AppendAnswer,
  type Claimed,
  type FleetHeader,
  type ItemRef,
  type ItemRow,
  type ItemSums,
  type RunRow,
  type Timings,
  type Wave,
  type WorkerReport,
} from './model.ts';
import type { LedgerStorage } from './storage.ts';
import { close, enter, firstRow, isOpen, isOver, moveOn, refsOf } from './waves.ts';

/** Where the runs of a fleet are remembered: the one truth about what is done, by whom, and how far. */
export interface Ledger {
  readonly timings: Timings;
  createRun(header: FleetHeader): Promise<void>;
  /** @throws VsmError `NOT_FOUND` */
  header(runId: string): Promise<FleetHeader>;
  run(runId: string): Promise<RunRow>;
  list(): Promise<readonly RunSummary[]>;
  /** Of which something is left to do. */
  openRuns(): Promise<readonly string[]>;
  claim(ref: ItemRef, worker: string): Promise<Claimed | 'done' | 'not-now'>;
  append(claimed: Claimed, page: Append): Promise<AppendAnswer>;
  /** @returns items that were opened, where this was the last one of its wave to be given up */
  release(claimed: Claimed, failure?: string): Promise<readonly ItemRef[]>;
  /** A sign of life; names the claims that are not those of the worker any more. */
  beat(report: WorkerReport): Promise<{ readonly now: number; readonly lost: readonly Claimed[] }>;
  /** Items that somebody should look at, because nobody was heard of for a lease. */
  reconcile(runId: string): Promise<readonly ItemRef[]>;
  items(runId: string, wave: Wave): AsyncIterable<readonly [item: number, row: ItemRow]>;
  workers(runId: string): Promise<readonly WorkerReport[]>;
  facts(runId: string): Promise<ReadonlyMap<string, JsonValue>>;
  results(runId: string, wave: Wave): AsyncIterable<unknown>;
  rejected(runId: string, item?: number): AsyncIterable<RejectedRecord>;
  pause(runId: string): Promise<void>;
  /** Lets a run go on that was paused, or that failed. @returns what is to be looked at */
  resume(runId: string): Promise<readonly ItemRef[]>;
  /** What was copied stays; index settings are restored. @returns what is to be looked at, later */
  cancel(runId: string): Promise<{ readonly refs: readonly ItemRef[]; readonly delayMs: number }>;
  /** Books so much time of a target. @returns how long to wait until it begins */
  book(target: string, ms: number): Promise<number>;
  /** Nobody writes to the target for so long. */
  holdOff(target: string, ms: number): Promise<void>;
  now(): Promise<number>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly timings?: Timings | undefined;
  readonly rules?: Rules | undefined;
}

const RUNS = '$runs';
const PACES = '$paces';

const padded = (number: number): string => String(number).padStart(9, '0');
const itemKey = (wave: Wave, item: number): string => `item:${wave}:${padded(item)}`;
const partsKey = (item: number): string => `parts:${padded(item)}`;
const resultKey = (wave: Wave, item: number): string => `result:${wave}:${padded(item)}`;
const rejectedKey = (item: number, seq?: number): string =>
  `rejected:${padded(item)}:${seq === undefined ? '' : padded(seq)}`;

export function createLedger(storage: LedgerStorage, options: LedgerOptions = {}): Ledger {
  const { timings = TIMINGS, rules = RULES } = options;

  const runOf = (read: (key: string) => string | undefined, runId: string): RunRow => {
    const text = read('run');
    if (text === undefined) throw unknownRun(runId);
    return JSON.parse(text) as RunRow;
  };
  const itemOf = (text: string | undefined): ItemRow =>
    text === undefined ? UNTOUCHED : (JSON.parse(text) as ItemRow);

  const one = async (space: string, key: string): Promise<string | undefined> =>
    (await storage.read(space, [key])).get(key);

  const change = async (runId: string, make: (run: RunRow, now: number) => RunRow): Promise<RunRow> =>
    storage.transact(runId, { locked: ['run'] }, (read, now) => {
      const run = make(runOf(read, runId), now);
      return { result: run, put: new Map([['run', JSON.stringify(run)]]) };
    });

  async function* itemsOf(runId: string, wave: Wave): AsyncGenerator<readonly [number, ItemRow], void, void> {
    for await (const [key, text] of storage.list(runId, `item:${wave}:`)) {
      yield [Number(key.slice(key.lastIndexOf(':') + 1)), itemOf(text)];
    }
  }

  /** The ids of the items of the wave that are open, and when they may be taken at the earliest. */
  const openOf = async (runId: string, run: RunRow): Promise<ReadonlyMap<number, ItemRow>> => {
    const open = new Map(Array.from({ length: run.items }, (_, item) => [item, UNTOUCHED] as const));
    for await (const [item, row] of itemsOf(runId, run.wave)) {
      if (row.status === 'open') open.set(item, row);
      else open.delete(item);
    }
    return open;
  };

  const header = async (runId: string): Promise<FleetHeader> => {
    const text = await one(runId, 'header');
    if (text === undefined) throw unknownRun(runId);
    return parseKept(text) as FleetHeader;
  };

  const run = async (runId: string): Promise<RunRow> => {
    const text = await one(runId, 'run');
    return runOf(() => text, runId);
  };

  const claimedOf = (ref: ItemRef, row: ItemRow, state: RunRow, parts: readonly ScanPart[], now: number): Claimed => ({
    ref,
    claim: row.claim ?? '',
    epoch: row.epoch,
    seq: row.seq,
    position: rules.beginsAt(row),
    parts,
    settleMs: Math.max(0, state.lateUntil - now),
  });

  return {
    timings,
    header,
    run,
    items: itemsOf,

    async createRun(given) {
      const { runId, fleet } = given;
      const compares = fleet.verify !== 'none' && fleet.verify !== 'count';
      await storage.transact(RUNS, { locked: [runId] }, () => ({
        result: undefined,
        put: new Map([[runId, given.startedAt]]),
      }));
      await storage.transact(runId, { locked: ['run', 'header'] }, (read) => {
        if (read('run') !== undefined) return { result: undefined };
        const rows = [
          ['run', JSON.stringify(firstRow(compares))],
          ['header', printKept(given)],
        ] as const;
        return { result: undefined, put: new Map(rows) };
      });
    },

    async list() {
      const summaries: RunSummary[] = [];
      for await (const [runId] of storage.list(RUNS, '')) {
        const rows = await storage.read(runId, ['run', 'header']);
        const [state, kept] = [rows.get('run'), rows.get('header')];
        // Begun, and its process died before it was there.
        if (state === undefined || kept === undefined) continue;
        const { startedAt, plan, annotations } = parseKept(kept) as FleetHeader;
        const sums = noPages();
        for await (const [, row] of itemsOf(runId, 'copy')) addPage(sums, row.sums);
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
        const text = await one(runId, 'run');
        if (text !== undefined && !isOver(JSON.parse(text) as RunRow)) open.push(runId);
      }
      return open;
    },

    async claim(ref, worker) {
      const { runId, wave, item } = ref;
      const key = itemKey(wave, item);
      const given = await one(runId, partsKey(item));
      const parts = wave === 'copy' || wave === 'compare' ? (parseKept(given ?? '[]') as readonly ScanPart[]) : [];
      const rows = { locked: [key], seen: ['run'] };
      const attempt = await storage.transact<Claimed | 'done' | 'not-now' | 'run'>(runId, rows, (read, now) => {
        const state = runOf(read, runId);
        const before = itemOf(read(key));
        if (before.status !== 'open') return { result: 'done' };
        if (!isOpen(state) || state.wave !== wave) return { result: isOver(state) ? 'done' : 'not-now' };
        const { row, outcome, takenOver } = take(before, ref, worker, now, timings);
        // These change the run as well: below, with its row.
        if (outcome === 'given-up' || takenOver) return { result: 'run' };
        if (outcome === 'not-now') return { result: outcome };
        const result = claimedOf(ref, row, state, parts, now);
        return { result, put: new Map([[key, JSON.stringify(row)]]) };
      });
      if (attempt !== 'run') return attempt;
      return storage.transact<Claimed | 'done' | 'not-now'>(runId, { locked: ['run', key] }, (read, now) => {
        const state = runOf(read, runId);
        const before = itemOf(read(key));
        if (before.status !== 'open' || !isOpen(state) || state.wave !== wave) return { result: 'not-now' };
        const { row, outcome, takenOver } = take(before, ref, worker, now, timings);
        let after = state;
        if (takenOver) {
          const lateUntil = Math.max(state.lateUntil, now + timings.lease + timings.late);
          after = { ...state, lateUntil, takeovers: state.takeovers + 1 };
        }
        if (outcome === 'given-up') after = close(after, 'failed', {});
        const put = new Map([
          [key, JSON.stringify(row)],
          ['run', JSON.stringify(after)],
        ]);
        if (outcome === 'taken') return { result: claimedOf(ref, row, after, parts, now), put };
        return { result: outcome === 'given-up' ? 'done' : 'not-now', put };
      });
    },

    async append(claimed, page) {
      const { ref } = claimed;
      const { runId, wave, item } = ref;
      const { done, rejected = [] } = page;
      const key = itemKey(wave, item);
      const rows = done === undefined ? { locked: [key], seen: ['run'] } : { locked: ['run', key] };
      return storage.transact<AppendAnswer>(runId, rows, (read, now) => {
        const before = itemOf(read(key));
        if (!rules.accepts(before, claimed)) return { result: { accepted: false } };
        const row = appended(before, page, now);
        const put = new Map([[key, JSON.stringify(row)]]);
        if (rejected.length > 0) {
          put.set(rejectedKey(item, before.seq), rejected.map((record) => printRejected(record)).join('\n'));
        }
        for (const [name, fact] of Object.entries({ ...page.facts, ...done?.facts })) {
          put.set(`fact:${name}`, printKept({ fact }));
        }
        const state = runOf(read, runId);
        let after = state;
        if (done !== undefined) {
          const { next } = done;
          for (const [number, parts] of next?.entries() ?? []) put.set(partsKey(number), printKept([...parts]));
          if (done.result !== undefined) put.set(resultKey(wave, item), printKept({ result: done.result }));
          // Of a run that was cancelled meanwhile, another wave is the one that counts.
          if (state.wave === wave) {
            after = close({ ...state, copyItems: next?.length ?? state.copyItems }, 'done', done);
            put.set('run', JSON.stringify(after));
          }
        }
        return {
          put,
          result: {
            accepted: true,
            claimed: { ...claimed, seq: row.seq, position: row.position },
            stop: !isOpen(state) || state.wave !== wave,
            opened: after.wave === state.wave || isOver(after) ? [] : refsOf(runId, after),
          },
        };
      });
    },

    async release(claimed, failure) {
      const { runId, wave, item } = claimed.ref;
      const key = itemKey(wave, item);
      const rows = failure === undefined ? { locked: [key], seen: ['run'] } : { locked: ['run', key] };
      return storage.transact<readonly ItemRef[]>(runId, rows, (read, now) => {
        const before = itemOf(read(key));
        if (!rules.accepts(before, claimed)) return { result: [] };
        const row = released(before, claimed.ref, failure, now, timings);
        const put = new Map([[key, JSON.stringify(row)]]);
        const state = runOf(read, runId);
        if (row.status === 'failed' && state.wave === wave) put.set('run', JSON.stringify(close(state, 'failed', {})));
        return { result: [], put };
      });
    },

    async beat(report) {
      const lost: Claimed[] = [];
      let clock = 0;
      for (const claimed of report.held) {
        const { runId, wave, item } = claimed.ref;
        const key = itemKey(wave, item);
        const held = await storage.transact(runId, { locked: [key] }, (read, now) => {
          clock = now;
          const row = itemOf(read(key));
          if (row.status !== 'open' || row.claim !== claimed.claim) return { result: false };
          return { result: true, put: new Map([[key, JSON.stringify({ ...row, seenAt: now })]]) };
        });
        if (!held) lost.push(claimed);
      }
      for (const runId of new Set(report.held.map(({ ref }) => ref.runId))) {
        await storage.transact(runId, { locked: [`worker:${report.worker}`] }, (_, now) => {
          clock = now;
          const kept = { ...report, held: report.held.filter(({ ref }) => ref.runId === runId), seenAt: now };
          const short = kept.held.map(({ parts: _parts, ...rest }) => ({ ...rest, parts: [] }));
          return {
            result: undefined,
            put: new Map([[`worker:${report.worker}`, printKept({ ...kept, held: short })]]),
          };
        });
      }
      return { now: clock === 0 ? await this.now() : clock, lost };
    },

    async reconcile(runId) {
      const before = await run(runId);
      if (!isOpen(before)) return [];
      // One of all workers at a time.
      const mine = await storage.transact(runId, { locked: ['reconciled'] }, (read, now) => {
        if (Number(read('reconciled') ?? Number.NEGATIVE_INFINITY) + timings.reconcile > now) return { result: false };
        return { result: true, put: new Map([['reconciled', String(now)]]) };
      });
      if (!mine) return [];
      const open = await openOf(runId, before);
      if (open.size === 0 || open.size !== before.open) {
        // As after a ledger forgot its last changes: what the items say is what is true.
        await storage.transact(runId, { locked: ['run'] }, (read) => {
          const state = runOf(read, runId);
          if (JSON.stringify(state) !== JSON.stringify(before)) return { result: undefined };
          const counted = { ...state, open: open.size };
          const after = open.size === 0 ? moveOn(counted, {}) : counted;
          return { result: undefined, put: new Map([['run', JSON.stringify(after)]]) };
        });
        const after = await run(runId);
        return after.wave === before.wave ? [] : refsOf(runId, after);
      }
      const now = await this.now();
      return [...open]
        .filter(([, row]) => row.seenAt + timings.lease < now && row.notBefore <= now)
        .map(([item]) => ({ runId, wave: before.wave, item }));
    },

    async workers(runId) {
      const reports: WorkerReport[] = [];
      for await (const [, text] of storage.list(runId, 'worker:')) reports.push(parseKept(text) as WorkerReport);
      return reports;
    },

    async facts(runId) {
      const facts = new Map<string, JsonValue>();
      for await (const [key, text] of storage.list(runId, 'fact:')) {
        facts.set(key.slice('fact:'.length), (parseKept(text) as { fact: JsonValue }).fact);
      }
      return facts;
    },

    async *results(runId, wave) {
      for await (const [, text] of storage.list(runId, `result:${wave}:`)) {
        yield (parseKept(text) as { result: unknown }).result;
      }
    },

    async *rejected(runId, item) {
      for await (const [, text] of storage.list(runId, item === undefined ? 'rejected:' : rejectedKey(item))) {
        for (const line of text.split('\n')) yield parseKept(line) as RejectedRecord;
      }
    },

    async pause(runId) {
      await change(runId, (state) => ({ ...state, paused: !isOver(state) }));
    },

    async resume(runId) {
      const before = await run(runId);
      if (before.state === 'failed') {
        const given: number[] = [];
        for await (const [item, row] of itemsOf(runId, before.wave)) if (row.status === 'failed') given.push(item);
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
      const state = await run(runId);
      if (isOver(state)) return [];
      return [...(await openOf(runId, state)).keys()].map((item) => ({ runId, wave: state.wave, item }));
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

    async book(target, ms) {
      return storage.transact(PACES, { locked: [target] }, (read, now) => {
        const { free = 0, hold = 0 } = JSON.parse(read(target) ?? '{}') as { free?: number; hold?: number };
        const begin = Math.max(now, free, hold);
        const put = new Map([[target, JSON.stringify({ free: begin + ms, hold })]]);
        return { result: begin - now, put: ms > 0 ? put : undefined };
      });
    },

    async holdOff(target, ms) {
      await storage.transact(PACES, { locked: [target] }, (read, now) => {
        const pace = JSON.parse(read(target) ?? '{}') as { hold?: number };
        const hold = Math.max(pace.hold ?? 0, now + ms);
        return { result: undefined, put: new Map([[target, JSON.stringify({ ...pace, hold })]]) };
      });
    },

    now: () => storage.transact(PACES, { locked: [] }, (_, now) => ({ result: now })),
    close: () => storage.close(),
  };
}

/** Sums of the copy, over all items. */
export async function copySums(ledger: Ledger, runId: string): Promise<ItemSums> {
  const sums: ItemSums = { ...noPages(), bytes: 0 };
  for await (const [, row] of ledger.items(runId, 'copy')) {
    addPage(sums, row.sums);
    sums.bytes += row.sums.bytes;
  }
  return sums;
}

function unknownRun(runId: string): VsmError {
  return new VsmError(
    'NOT_FOUND',
    `There is no run "${runId}" in this ledger. Runs are listed by: vsm runs --run-dir URL`,
  );
}
