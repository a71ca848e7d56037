import { createMemory } from '@vsm/adapter-memory';
import type { RecordName } from '@vsm/core/engine';
import { recordKey, type CollectionV1, type VectorStoreV1 } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import {
  createJournal,
  planMove,
  runMove,
  startMove,
  type Journal,
  type Rule,
  type Side,
  type Timings,
} from '@vsm/live';
import { simStorage, SimRows } from '../../../distributed/test/simulation/parts.ts';
import { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import { PHASE } from '../../src/journal-rows.ts';
import { recordOf, simApplication } from './application.ts';
import { HOSTILE, type Hostile, type Hostility } from './hostile.ts';
import { hesitant, slowToHear, type Troubles } from './hesitant.ts';
import { Judge } from './judge.ts';
import { mishaps } from './mishaps.ts';
import { operate, type Steps } from './operator.ts';
import { ratesOf } from './rates.ts';
import type { Late } from './removed.ts';
import { simStore } from './stores.ts';

export interface SimOptions {
  readonly seed: number;
  readonly without?: readonly Rule[] | undefined;
  /** No rule keeps these from doing harm for a moment; once they live on and are answered, it has to be mended. */
  readonly late?: Late | undefined;
  readonly hostility?: Hostility | undefined;
}

export interface SimResult {
  /** What is wrong; nothing, as it should be. */
  readonly problems: readonly string[];
  readonly written: number;
  readonly switches: number;
  readonly fallbacks: number;
}

/** In the proportions of life, but for the polls; where these are short, a switch is over before somebody who stood still has heard of it. */
const TIMINGS: Omit<Timings, 'poll'> = { lease: 1000, late: 4000, hold: 3000, answer: 400 };
const POLLS_MS = [40, 150] as const;
const FAULTS = { late: TIMINGS.late, lost: 0.01, still: 0.01 };
const [INSTANCES, RUNNERS] = [3, 2];
/** So few that writers meet, or so many that a record rests after a write. */
const RECORDS = [12, 48] as const;
/** Ids that are remembered without the journal. */
const RECORDED = [100, 2] as const;
/** In the worst of runs one in five gets through: of fewer than these none may, by chance. */
const MANY_SLOW = 40;
/** How long things go wrong. */
const FAULTS_MS = 80_000;
/** Within which all is drained from then on. */
const LIMIT_MS = 180_000;

/** Runs one seed: an application of three processes and two runners, which die, stand still and are cut off, while a move goes there and back. */
export async function simulate({ seed, without = [], late, hostility }: SimOptions): Promise<SimResult> {
  const hostile: Hostile = hostility === undefined ? {} : HOSTILE[hostility];
  const {
    forMs: faultsMs = FAULTS_MS,
    givesUpAfter = 0.5,
    deafMs = [0.5 * TIMINGS.lease, 0.95 * TIMINGS.lease],
  } = hostile;
  const scheduler = new Scheduler(seed);
  const timings: Timings = { ...TIMINGS, poll: POLLS_MS[(seed >> 1) % 2] ?? 150 };
  const judge = new Judge(() => scheduler.now, late !== undefined);
  const processes: Process[] = [];
  const rows = new SimRows((_space, key, value) => {
    judge.put(key, value);
    if (key !== PHASE || judge.phase?.phase !== 'switching' || scheduler.now > faultsMs) return;
    // Somebody hears nothing of the switch, and goes on right after it.
    const instance = processes[Math.floor(scheduler.random() * INSTANCES)];
    if (instance === undefined || !scheduler.chance(0.5)) return;
    const until = scheduler.now + scheduler.between(...deafMs);
    instance.stoppedUntil = Math.max(instance.stoppedUntil, until);
  });
  const keeps = (rule: Rule): boolean => !without.includes(rule);
  // Some applications write on without the journal, and some of these forget what.
  const records =
    hostile.records ?? (late === undefined && seed % 3 === 0 ? (RECORDED[(seed >> 2) % 2] ?? 2) : undefined);
  const processOf = new Map<string, Process>();
  const nameOf = (process: Process) => (): string => {
    const name = `n${processOf.size}`;
    processOf.set(name, process);
    return name;
  };
  const clockOf = (process: Process): Clock => ({
    now: () => scheduler.now,
    sleep: (ms, signal) => scheduler.sleep(ms, process, signal),
  });
  const journalOf = (process: Process, lostAnswers: number): Journal =>
    createJournal(
      simStorage(scheduler, rows, process, { lostAnswers: late === undefined ? lostAnswers : 0, compareAndSet: true }),
      'sim',
      {
        timings,
        keeps,
        newName: nameOf(process),
      },
    );

  const stores: Readonly<Record<Side, VectorStoreV1>> = { source: createMemory(), target: createMemory() };
  const ids: readonly RecordName[] = Array.from({ length: RECORDS[seed % 2] ?? 12 }, (_, at) => ({
    id: `r${at >> 1}`,
    ...(at % 2 === 1 && { namespace: 'other' }),
  }));
  let value = 0;
  const nextValue = (): number => (value += 1);
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of Object.values(stores)) await store.createCollection(schema);
  const seeded = ids.filter(() => scheduler.chance(0.6)).map((name) => recordOf(name, nextValue()));
  await (await stores.source.openCollection('docs')).upsert(seeded);
  for (const record of seeded) judge.seed(recordKey(record), Number(record.metadata['value']));
  const header = await planMove({ move: 'sim', ...stores, sourceCollection: 'docs' });
  const die = (number: number, process: Process): void => {
    if (process.dead) return;
    process.dead = true;
    scheduler.at(scheduler.between(10, 1500), () => start(number));
  };
  const rates = ratesOf(hostile, {
    scheduler,
    late,
    timings,
    phase: () => judge.phase,
    over: () => scheduler.now >= faultsMs,
  });
  const reached = (number: number, process: Process, byApplication: boolean): Readonly<Record<Side, VectorStoreV1>> => {
    const reach = (side: Side): VectorStoreV1 =>
      simStore({
        scheduler,
        side,
        store: stores[side],
        process,
        faults: {
          ...FAULTS,
          giveUpMs: givesUpAfter * TIMINGS.late,
          ...rates,
        },
        byApplication,
        records: records !== undefined,
        onLand: (landing) => judge.landed(landing),
        die: () => die(number, process),
      });
    return { source: reach('source'), target: reach('target') };
  };

  const troubles = (process: Process): Troubles => ({
    scheduler,
    process,
    timings,
    hostile,
    over: () => scheduler.now >= faultsMs,
  });
  let written = 0;
  const [slowWrites, end] = [{ asked: 0, done: 0 }, { quiet: false }];
  const start = (number: number): void => {
    const process = new Process(`${number}`);
    processes[number] = process;
    if (number < INSTANCES) {
      void (async () => {
        const own = reached(number, process, true);
        const [source, target]: readonly CollectionV1[] = [
          await own.source.openCollection('docs'),
          await own.target.openCollection('docs'),
        ];
        if (source === undefined || target === undefined) return;
        await simApplication({
          scheduler,
          process,
          clock: clockOf(process),
          journal: slowToHear(journalOf(process, 0.02), troubles(process)),
          source,
          target,
          ids,
          nextValue,
          stopped: () => end.quiet,
          onDone: () => {
            written += 1;
          },
          slow: slowWrites,
          hostile,
          records,
        });
      })();
      return;
    }
    const run = async (): Promise<void> => {
      await runMove({
        journal: hesitant(journalOf(process, 0.02), troubles(process)),
        stores: reached(number, process, false),
        signal: new AbortController().signal,
        clock: clockOf(process),
        // Without the rule, by a name that it has again when it starts again.
        holder: keeps('restarted-is-new') ? `${number}-${scheduler.now}` : `${number}`,
        checkpoints: false,
        batchSize: 3,
        maxRetries: 0,
      }).catch(async () => {
        await scheduler.sleep(300, process);
        void run();
      });
    };
    void run();
  };

  // Whoever takes the steps has no faults.
  const operator = new Process('operator');
  const journal = journalOf(operator, 0);
  const steps: Steps = { switches: 0, fallbacks: 0, told: false };
  void (async () => {
    await startMove(journal, header);
    for (let number = 0; number < INSTANCES + RUNNERS; number += 1) start(number);
    const isDead = (instance: string): boolean => processOf.get(instance)?.dead === true;
    const clock = clockOf(operator);
    const quiet = (): boolean => end.quiet;
    await operate({ scheduler, process: operator, clock, journal, late, hostile, quiet, isDead }, steps);
  })();

  mishaps({
    scheduler,
    late,
    hostile,
    untilMs: faultsMs,
    count: INSTANCES + RUNNERS,
    die,
    processOf: (at) => processes[at],
  });

  await scheduler.run(() => judge.problems.length > 0, faultsMs);
  end.quiet = true;
  // What is on its way lands, and what is marked is drained.
  if (judge.problems.length === 0) await scheduler.run(() => judge.problems.length > 0, faultsMs + 3 * TIMINGS.late);
  const drains = judge.phase !== undefined && !['off', 'journal', 'backfill', 'done'].includes(judge.phase.phase);
  const over = (): boolean => judge.problems.length > 0 || !drains || (judge.marks === 0 && steps.told);
  await scheduler.run(over, LIMIT_MS);
  if (!over())
    judge.problems.push(
      `${judge.marks} marks are never drained${steps.told ? '' : ', or what was not told is not verified'} (${judge.phase?.phase})`,
    );
  if (judge.problems.length === 0) judge.end();
  // Other rules have to show themselves in what the stores hold.
  const tells = without.length === 0 || without[0] === 'begin-repeated';
  if (tells && slowWrites.asked > MANY_SLOW && slowWrites.done === 0)
    judge.problems.push(`none of ${slowWrites.asked} slow writes got through`);
  return { problems: judge.problems, written, switches: steps.switches, fallbacks: steps.fallbacks };
}
