import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openJournal, planMove, startMove, type Phase, type Timings } from '@vsm/live';
import type { ApplicationSettings } from './application.ts';
import { drained } from './drained.ts';
import { openStore, startEnds, type Ends, type Pair } from './ends.ts';
import { faults } from './faults.ts';
import { insist } from './insist.ts';
import { judge, type Findings } from './judge.ts';
import { LEFT_BACKWARDS, Operator } from './operator.ts';
import { Bypass } from './bypass.ts';
import { Processes, type Role } from './processes.ts';
import { firstRecords, SCHEMA, WRITERS } from './records.ts';
import { seeded } from './seeded.ts';

export interface ChaosOptions {
  readonly pair: Pair;
  readonly seed: number;
  /** Processes to kill before it ends. */
  readonly kills: number;
  /** Phases to go back from before it ends. @default all */
  readonly backFrom?: readonly Phase[] | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
}

export interface ChaosReport extends Findings {
  readonly kills: number;
  readonly stops: number;
  readonly attempts: number;
  readonly fallbacks: number;
  readonly switches: number;
  /** Steps back, by the phase that they left. */
  readonly left: ReadonlyMap<Phase, number>;
  /** Writes around the journal, those of attempts that came to a switch, and how many of these were found before. */
  readonly planted: number;
  readonly due: number;
  readonly found: number;
  readonly blocked: ReadonlyMap<string, number>;
}

/** As short as a busy machine permits: a request has to land within `late`. */
const TIMINGS: Timings = { lease: 2500, late: 6000, poll: 100, hold: 3000, answer: 1500 };
/** From the begin of a write until nothing of it can land, however it ended. */
const LATE_MS = TIMINGS.lease + TIMINGS.late + 2 * TIMINGS.hold;
const APPLICATIONS = 3;
const RUNNERS = 2;

const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Moves there and back while an application writes, and its processes and those of the move are killed and stopped. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { pair, seed, kills, backFrom = LEFT_BACKWARDS, onNote = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), 'vsm-live-'));
  const ends = await startEnds(pair, folder);
  const [source, target] = [openStore(ends.source), openStore(ends.target)];
  const journal = await openJournal(ends.journal, 'docs');
  try {
    for (const store of [source, target]) {
      if ((await store.listCollections()).includes('docs')) await store.dropCollection?.('docs');
    }
    await source.createCollection(SCHEMA);
    const first = firstRecords();
    await (await source.openCollection('docs')).upsert(first);
    const places = { source: ends.source, target: ends.target };
    await startMove(
      journal,
      await planMove({ move: 'docs', source, target, sourceCollection: 'docs', timings: TIMINGS, places }),
    );
    const timed = await openJournal(ends.journal, 'docs');
    const random = seeded(seed);
    const processes = new Processes(rolesOf(ends, folder, seed), onNote);
    const bypass = new Bypass(timed, source, target);
    const operator = new Operator({
      journal: timed,
      random,
      onAttempt: () => faulty.strike(),
      onNext: () => bypass.plant(),
      async onPhase(phase) {
        onNote(phase);
        bypass.reached(phase);
        if (phase === 'switched') await bypass.check();
      },
    });
    const over = new AbortController();
    const watching = bypass.watch(over.signal);
    const faulty = faults({ processes, journal: timed, random, kills, ends });
    const tour = Array.from(backFrom).toSorted(() => random() - 0.5);
    for (let at = 0; at < tour.length || !faulty.spent(); at += 1) {
      const from = tour[at % tour.length] ?? 'switched';
      await operator.reach(from);
      await delay(500 + 2000 * random());
      while ((await insist(() => timed.seen())).row.phase === from) await operator.back();
    }
    await faulty.end();
    onNote('no more faults');
    await operator.reach('switched');
    await delay(2000);
    await processes.end('application');
    await bypass.check();
    await drained(timed, processes);
    await processes.end('runner');
    over.abort();
    await watching;
    const found = await judge({
      folder,
      first,
      lateMs: LATE_MS,
      deletesFirst: ends.deletesFirst,
      processes,
      source,
      target,
      bypass,
    });
    await timed.close();
    return {
      ...found,
      kills: processes.kills,
      stops: processes.stops.length,
      attempts: operator.attempts,
      fallbacks: operator.fallbacks,
      switches: operator.attempts - operator.fallbacks,
      left: operator.left,
      planted: bypass.planted,
      due: bypass.due,
      found: bypass.found,
      blocked: operator.blocked,
    };
  } finally {
    await journal.close();
    await Promise.all([source.close(), target.close()]);
    await ends.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function rolesOf(ends: Ends, folder: string, seed: number): readonly Role[] {
  const { journal, source, target } = ends;
  const applications = Array.from({ length: APPLICATIONS }, (_, number): Role => {
    const name = `application-${number}`;
    const writers = Array.from({ length: WRITERS }, (__, at) => at).filter((at) => at % APPLICATIONS === number);
    const settings = { journal, source, target, name, writers, account: join(folder, name), lateMs: LATE_MS };
    return {
      name,
      kind: 'application',
      words: (start) => [
        program('application.ts'),
        JSON.stringify({
          ...settings,
          start: (seed % 100) * 1000 + number * 300 + start,
        } satisfies ApplicationSettings),
      ],
    };
  });
  const vsm = program('../../packages/cli/src/main.ts');
  const runners = Array.from({ length: RUNNERS }, (_, number): Role => {
    return {
      name: `runner-${number}`,
      kind: 'runner',
      words: () => [vsm, 'live', 'run', 'docs', '--journal', journal],
      env: { VSM_RUN_DIR: join(folder, 'runs') },
    };
  });
  return [...applications, ...runners];
}
