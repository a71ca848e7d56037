import { createLedger, work, type FleetHeader, type Ledger, type Timings } from '@vsm/distributed';
import { RULES, type Rules } from '../../src/items.ts';
import { isOver, refsOf } from '../../src/waves.ts';
import { isRejected, simEngine, SimTarget } from './model.ts';
import { SimHints, simQueue, SimRows, simStorage } from './parts.ts';
import { Process, Scheduler } from './scheduler.ts';

/** What keeps a run right. With one of them taken away, runs go wrong. */
export const GUARDS = ['claim', 'seq', 'tiling', 'compare-and-set', 'reconcile', 'abort'] as const;
export type Guard = (typeof GUARDS)[number];

export interface SimOptions {
  readonly seed: number;
  readonly without?: Guard | undefined;
  /** Whether the ledger forgets its last changes now and then, as one does that was killed. */
  readonly forgets?: boolean | undefined;
  /** What somebody asks for meanwhile. */
  readonly asked?: 'pause' | 'cancel' | undefined;
}

const RUN = 'sim';
const HEADER = { runId: RUN, startedAt: '', fleet: { verify: 'values' } } as FleetHeader;
const LEAST_CLAIM: Rules = { ...RULES, accepts: (row, { claim }) => row.status === 'open' && row.claim === claim };
const LEAST_SEQ: Rules = { ...RULES, accepts: (row, { seq }) => row.status === 'open' && row.seq === seq };
const FROM_THE_START: Rules = { ...RULES, beginsAt: () => ({ part: 0 }) };

function rulesWithout(guard: Guard | undefined): Rules {
  if (guard === 'claim') return LEAST_SEQ;
  if (guard === 'seq') return LEAST_CLAIM;
  return guard === 'tiling' ? FROM_THE_START : RULES;
}

/** In the proportions of life, but for the beats, which meet pages more often here. */
const SIM_TIMINGS: Timings = { lease: 3000, late: 6000, beat: 300, reconcile: 3000, retry: 200 };

/** Within which a run must be over: most are within a minute. */
const LIMIT_MS = 1_800_000;
const FAULTS_MS = 25_000;

/** Runs one seed: three workers that die, stand still and are cut off. @returns what is wrong afterwards; nothing, as it should be */
export async function simulate({ seed, without, forgets = false, asked }: SimOptions): Promise<readonly string[]> {
  const scheduler = new Scheduler(seed);
  const { random } = scheduler;
  const timings: Timings = { ...SIM_TIMINGS, ...(without === 'reconcile' && { reconcile: Number.MAX_SAFE_INTEGER }) };
  const waves: string[] = [];
  let comparedFrom = 0;
  const rows = new SimRows((space, key, value) => {
    if (space !== RUN || key !== 'run' || value === undefined) return;
    const { wave, state } = JSON.parse(value) as { wave: string; state: string };
    if (waves.at(-1) === `${wave} ${state}`) return;
    waves.push(`${wave} ${state}`);
    if (wave === 'compare') comparedFrom = scheduler.now;
  });
  const hints = new SimHints();
  const target = new SimTarget();
  const sizes = Array.from({ length: 5 }, () => 1 + Math.floor(random() * 9));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const storageFaults = { lostAnswers: 0.02, compareAndSet: without !== 'compare-and-set' };
  const ledgerOf = (process: Process): Ledger =>
    createLedger(simStorage(scheduler, rows, process, storageFaults), { timings, rules: rulesWithout(without) });
  const ends = new AbortController();
  const processes: Process[] = [];
  const start = (number: number): void => {
    const process = new Process(`worker-${number}`);
    processes[number] = process;
    const ledger = ledgerOf(process);
    const parts = { scheduler, process, target, ledger, sizes, checks: without !== 'abort', lateMs: timings.late };
    void work({
      ledger,
      queue: simQueue(scheduler, hints, process, { lost: 0.1, doubled: 0.4 }),
      engine: simEngine(parts),
      slots: 2,
      name: `${process.name}-${scheduler.now}`,
      signal: ends.signal,
      clock: { now: () => scheduler.now, sleep: (ms, signal) => scheduler.sleep(ms, process, signal) },
    });
  };

  // The one who asks has no faults.
  const asker = new Process('asker');
  const ledger = createLedger(simStorage(scheduler, rows, asker, { lostAnswers: 0, compareAndSet: true }), { timings });
  const queue = simQueue(scheduler, hints, asker, { lost: 0, doubled: 0 });
  let begunAt = Number.POSITIVE_INFINITY;
  void (async () => {
    await ledger.createRun(HEADER);
    await queue.add(refsOf(RUN, await ledger.run(RUN)));
    begunAt = scheduler.now;
  })();
  for (let number = 0; number < 3; number += 1) start(number);

  for (let at = scheduler.between(0, 500); at < FAULTS_MS; at += scheduler.between(10, 1200)) {
    scheduler.at(at, () => {
      const number = Math.floor(random() * 3);
      const process = processes[number];
      if (process === undefined) return;
      if (forgets && scheduler.chance(0.3)) {
        rows.forget(Math.max(begunAt, scheduler.now - scheduler.between(0, 1000)));
        return;
      }
      const kind = random();
      if (kind < 0.3) {
        process.dead = true;
        scheduler.at(scheduler.between(10, 2000), () => start(number));
      } else if (kind < 0.55) process.stoppedUntil = scheduler.now + scheduler.between(100, 15_000);
      else if (kind < 0.7) process.ledgerCutUntil = scheduler.now + scheduler.between(100, 10_000);
      else if (kind < 0.8) process.queueCutUntil = scheduler.now + scheduler.between(100, 6000);
      else if (kind < 0.85) {
        hints.waiting.clear();
        hints.active.clear();
      }
    });
  }
  if (asked !== undefined) {
    scheduler.at(scheduler.between(100, 10_000), () => {
      void (async () => {
        if (asked === 'cancel') await ledger.cancel(RUN);
        else {
          await ledger.pause(RUN);
          await scheduler.sleep(5000);
          await queue.add(await ledger.resume(RUN));
        }
      })().catch(() => undefined);
    });
  }
  // Somebody who sees to runs that were given up: five tries without a page happen here more often than in life.
  const tend = (): void => {
    scheduler.at(5000, () => {
      tend();
      if (scheduler.now < begunAt || scheduler.now < FAULTS_MS || stateOf(rows)?.state !== 'failed') return;
      void ledger.resume(RUN).then((refs) => queue.add(refs));
    });
  };
  tend();
  if (forgets) {
    // What was forgotten of a pause or of the whole run has to be said again by whoever asked.
    scheduler.at(FAULTS_MS + 1000, () => {
      void (async () => {
        await ledger.createRun(HEADER);
        await queue.add(await ledger.resume(RUN));
      })();
    });
  }

  let text: string | undefined;
  let ended = false;
  const over = (): boolean => {
    const now = rows.of(RUN).get('run');
    if (now === text) return ended;
    text = now;
    const run = stateOf(rows);
    ended = run !== undefined && run.state !== 'failed' && isOver(run);
    return ended;
  };
  await scheduler.run(over, LIMIT_MS);
  if (!over()) return [`it never ends: ${JSON.stringify(stateOf(rows))}`];
  const endedAt = scheduler.now;
  // What was sent lands, and nobody has anything left to do.
  await scheduler.run(() => false, scheduler.now + 26_000);
  ends.abort(new Error('over'));
  const cancelled = stateOf(rows)?.state === 'cancelled';
  return judge({ rows, target, total, waves, comparedFrom, endedAt, cancelled, forgets });
}

function stateOf(rows: SimRows): Parameters<typeof isOver>[0] | undefined {
  const text = rows.of(RUN).get('run');
  return text === undefined ? undefined : (JSON.parse(text) as Parameters<typeof isOver>[0]);
}

interface Ended {
  readonly rows: SimRows;
  readonly target: SimTarget;
  readonly total: number;
  readonly waves: readonly string[];
  readonly comparedFrom: number;
  readonly endedAt: number;
  readonly cancelled: boolean;
  readonly forgets: boolean;
}

function judge({ rows, target, total, waves, comparedFrom, endedAt, cancelled, forgets }: Ended): string[] {
  const problems: string[] = [];
  const say = (wrong: boolean, what: string): void => {
    if (wrong) problems.push(what);
  };
  say(!forgets && target.indexes !== 'built', 'the target has no indexes');
  say(!forgets && target.lastWrite > endedAt, 'a write landed after the run had ended');
  // A ledger that forgets may go through a wave twice.
  const again = waves.filter((wave, at) => waves.indexOf(wave) !== at);
  say(
    !forgets && again.length > 0 && !waves.some((wave) => wave.endsWith('failed')),
    `a wave began twice: ${waves.join(', ')}`,
  );
  if (cancelled) return problems;
  const run = [...rows.of(RUN)];
  const sums = run.flatMap(([key, value]) =>
    key.startsWith('item:copy:') ? [(JSON.parse(value) as { sums: { read: number; rejected: number } }).sums] : [],
  );
  const read = sums.reduce((sum, one) => sum + one.read, 0);
  say(read !== total, `${read} records were counted, of ${total}`);
  const kept = run.flatMap(([key, value]) => (key.startsWith('rejected:') ? value.split('\n') : []));
  const rejected = Array.from({ length: total }, (_, record) => record).filter(isRejected).length;
  say(kept.length !== rejected, `${kept.length} rejected records were kept, of ${rejected}`);
  say(sums.reduce((sum, one) => sum + one.rejected, 0) !== rejected, 'rejected records were counted otherwise');
  const whole = target.records.size === total - rejected;
  const { state } = stateOf(rows) ?? {};
  // One that forgets a claim cannot keep two from preparing at once; the account is right all the same, and says what is missing. Only what the
  // forgotten claim sent before, and what lands once the rest has been copied and compared, is not seen by this run.
  if (forgets)
    say(
      !whole && state === 'done' && target.lastCleared <= comparedFrom,
      `${target.records.size} records are there, of ${total - rejected}, and nobody says so`,
    );
  else {
    say(!whole, `${target.records.size} records are there, of ${total - rejected}`);
    say(state !== 'done', `it ended as ${state}`);
  }
  return problems;
}
