import type { MigrationPhase, MigrationProgress, RunObserver, SharedProgress } from '@vsm/core';
import { watchSharedRun } from '@vsm/core/engine';
import { realClock, type Clock } from './clock.ts';
import { copySums } from './ledger-rows.ts';
import type { Ledger } from './ledger.ts';
import type { RunRow, RunState, WorkerReport } from './model.ts';
import { isOver } from './waves.ts';

/** Where a run of a fleet stands. */
export interface FleetProgress extends MigrationProgress {
  readonly shared: SharedProgress;
  readonly runId: string;
  readonly state: RunState;
  readonly paused: boolean;
  /** Of the wave that the run is in. */
  readonly items: { readonly total: number; readonly done: number; readonly failed: number; readonly taken: number };
  /** Those that gave a sign of life within a lease. */
  readonly workers: readonly WorkerReport[];
  /** Items that somebody took over from a worker that was not heard of. */
  readonly takeovers: number;
  /** Why items were given up; the first ten. */
  readonly problems: readonly string[];
}

const PHASES: Readonly<Record<RunState, MigrationPhase>> = {
  preparing: 'planning',
  copying: 'copying',
  finishing: 'copying',
  verifying: 'verifying',
  concluding: 'verifying',
  done: 'done',
  differences: 'done',
  failed: 'done',
  cancelling: 'done',
  cancelled: 'done',
};

const LISTED = 10;

/** Where the run stands now. */
export async function fleetProgress(
  ledger: Ledger,
  runId: string,
  earlier?: { readonly progress: FleetProgress; readonly seconds: number },
): Promise<FleetProgress> {
  const [run, header, now] = await Promise.all([ledger.run(runId), ledger.header(runId), ledger.now()]);
  const sums = await copySums(ledger, runId);
  const items = { total: run.items, done: 0, failed: 0, taken: 0 };
  const problems: string[] = [];
  for await (const [item, row] of ledger.items(runId, run.wave)) {
    if (row.status === 'done') items.done += 1;
    if (row.status === 'failed') items.failed += 1;
    if (row.status === 'open' && row.claim !== undefined) items.taken += 1;
    if (row.error !== undefined && problems.length < LISTED) problems.push(`${run.wave} ${item}: ${row.error}`);
  }
  const total = Math.max(header.plan.totalVectors, sums.read);
  const phase = PHASES[run.state];
  const processed = run.state === 'verifying' ? Math.floor((total * items.done) / Math.max(1, items.total)) : sums.read;
  const gained = earlier?.progress.phase === phase ? processed - earlier.progress.vectorsProcessed : 0;
  const bytesGained = earlier?.progress.phase === phase ? sums.bytes - earlier.progress.bytesProcessed : 0;
  const seconds = earlier?.seconds ?? 0;
  const perSecond = seconds > 0 ? gained / seconds : (earlier?.progress.vectorsPerSecond ?? 0);
  const workers = (await ledger.workers(runId)).filter(({ seenAt = 0 }) => seenAt + ledger.timings.lease > now);
  return {
    runId,
    state: run.state,
    paused: run.paused,
    items,
    workers,
    takeovers: run.takeovers,
    problems,
    phase,
    percentage: percentageOf(run, processed, total),
    vectorsProcessed: processed,
    totalVectors: total,
    currentBatch: items.done,
    totalBatches: items.total,
    elapsedSeconds: (now - Date.parse(header.startedAt)) / 1000,
    etaSeconds: perSecond > 0 ? (total - processed) / perSecond : undefined,
    vectorsPerSecond: perSecond,
    bytesProcessed: sums.bytes,
    bytesPerSecond: seconds > 0 ? bytesGained / seconds : 0,
    errors: sums.rejected,
    retries: 0,
    waitingUntil: undefined,
    shared: {
      items,
      workers: workers.map(({ worker, slots, held, refused }) => ({ name: worker, slots, held: held.length, refused })),
      takeovers: run.takeovers,
      paused: run.paused,
    },
    concurrency: workers.reduce((sum, { held }) => sum + held.length, 0),
    parts: [],
  };
}

function percentageOf(run: RunRow, processed: number, total: number): number {
  if (isOver(run)) return 100;
  return total === 0 ? 0 : (100 * processed) / total;
}

export interface WatchOptions {
  /** @default 1000 */
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Is told of the run as long as it is watched. */
  readonly observer?: RunObserver | undefined;
}

/** Where the run stands, again and again until it is over. */
export async function* watch(
  ledger: Ledger,
  runId: string,
  { everyMs = 1000, signal, clock = realClock, observer }: WatchOptions = {},
): AsyncGenerator<FleetProgress, void, void> {
  let last: FleetProgress | undefined;
  const end = await observed(ledger, runId, observer, () => last);
  try {
    let earlier: { progress: FleetProgress; seconds: number } | undefined;
    let asked = clock.now();
    for (;;) {
      if (signal?.aborted === true) return;
      last = await fleetProgress(ledger, runId, earlier);
      yield last;
      if (isOver(last)) return;
      await clock.sleep(everyMs, signal);
      const now = clock.now();
      earlier = { progress: last, seconds: (now - asked) / 1000 };
      asked = now;
    }
  } finally {
    end();
  }
}

async function observed(
  ledger: Ledger,
  runId: string,
  observer: RunObserver | undefined,
  progress: () => MigrationProgress | undefined,
): Promise<() => void> {
  if (observer === undefined) return () => undefined;
  const { source, target } = (await ledger.header(runId)).plan;
  return watchSharedRun(observer, { runId, source, target, progress });
}
