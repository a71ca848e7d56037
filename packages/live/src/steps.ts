/** From one phase to the next, and back: what may be done now, and why not. */
import { realClock, type Clock } from '@vsm/distributed';
import type { NextPhase, Waiting } from './journal-phases.ts';
import type { Journal } from './journal.ts';
import type { InstanceRow, MoveFacts, Phase, PhaseRow } from './model.ts';

/** What became of a step: the phase it led to, or why it may not be taken yet. */
export interface StepOutcome {
  readonly row: PhaseRow;
  readonly blocked: readonly string[];
}

export interface NextOptions {
  /** Of the reads, for a canary. @default 5 */
  readonly percent?: number | undefined;
  /** What shadow reads have to show before a canary. `false`: nothing. */
  readonly gates?: Gates | false | undefined;
  /** A switch from which there is no way back. */
  readonly noWayBack?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

export interface Gates {
  readonly samples: number;
  readonly overlap: number;
  /** Share of the samples. */
  readonly errors: number;
}

const GATES: Gates = { samples: 1000, overlap: 0.9, errors: 0.01 };
const LAG_MS = 10_000;
const DAY_MS = 86_400_000;
const ATTEMPT_POLL_MS = 50;

/** One phase further; of a switch that is on its way, to its end. */
export async function next(journal: Journal, options: NextOptions = {}): Promise<StepOutcome> {
  const { row, now } = await journal.seen();
  // Whoever began it may be gone.
  if (row.phase === 'switching') return barrier(journal, row, options.clock);
  const state = { journal, row, now, facts: await journal.facts(), instances: await journal.instances() };
  const to = follower(row, options);
  if (to === undefined) return { row, blocked: [`from ${row.phase} there is nothing further`] };
  const blocked = await (CONDITIONS[to]?.(state, options) ?? []);
  if (blocked.length > 0) return { row, blocked };
  if (to === 'switching') return attempt(journal, row, { from: row.phase, to: 'switched' }, options.clock);
  if (to === 'journal') {
    await journal.setFact('copied', undefined);
    await journal.setFact('verified', undefined);
  }
  const percent = to === 'canary' ? (options.percent ?? 5) : undefined;
  return change(journal, row, { phase: to, percent });
}

/** One phase back: from a switch that is done, by the same barrier. */
export async function back(journal: Journal, { clock }: Pick<NextOptions, 'clock'> = {}): Promise<StepOutcome> {
  const { row, now } = await journal.seen();
  switch (row.phase) {
    case 'journal':
    case 'backfill':
    case 'drain':
      return change(journal, row, { phase: 'off' });
    case 'shadow':
    case 'canary':
      return change(journal, row, { phase: 'drain' });
    case 'switched': {
      const { back: way } = await journal.header();
      if ('why' in way) return { row, blocked: way.why.map((why) => `there is no way back: ${why}`) };
      return attempt(journal, row, { from: 'switched', to: 'drain' }, clock);
    }
    case 'switching': {
      const fallen = await journal.fallBack(row.version);
      const seconds = Math.ceil(((row.deadline ?? now) - now) / 1000);
      const blocked = [`a switch is on its way, and ends by itself: try again in ${Math.max(1, seconds)} s`];
      return { row: fallen, blocked: fallen.phase === 'switching' ? blocked : [] };
    }
    case 'off':
      return { row, blocked: ['nothing has begun'] };
    case 'done':
      return { row, blocked: ['the move is done; the way back is a new move'] };
  }
}

function follower({ phase }: PhaseRow, { percent }: NextOptions): Phase | undefined {
  if (phase === 'canary') return percent === undefined ? 'switching' : 'canary';
  const order: Partial<Record<Phase, Phase>> = {
    off: 'journal',
    journal: 'backfill',
    backfill: 'drain',
    drain: 'shadow',
    shadow: 'canary',
    switched: 'done',
  };
  return order[phase];
}

/** Another phase, unless somebody else has changed it meanwhile. */
async function change(journal: Journal, { version }: PhaseRow, to: NextPhase): Promise<StepOutcome> {
  const row = await journal.change(version, to);
  const same = row.phase === to.phase && row.percent === to.percent;
  return { row, blocked: same ? [] : ['the phase changed meanwhile'] };
}

/** Begins a switch, and waits for its end. */
async function attempt(
  journal: Journal,
  before: PhaseRow,
  { from, to }: { readonly from: Phase; readonly to: Phase },
  clock?: Clock,
): Promise<StepOutcome> {
  const { percent } = before;
  const holdMs = journal.timings.hold;
  const begun = await change(journal, before, { phase: 'switching', from, to, percent, holdMs });
  return begun.blocked.length > 0 ? begun : barrier(journal, begun.row, clock);
}

/** The barrier, until it has switched or fallen back. */
async function barrier(journal: Journal, { version, to }: PhaseRow, clock: Clock = realClock): Promise<StepOutcome> {
  let waiting: Waiting | undefined;
  for (;;) {
    const found = await journal.commit(version);
    if (found.row.version !== version) {
      return { row: found.row, blocked: found.row.phase === to ? [] : sayWaiting(waiting) };
    }
    waiting = found.waiting;
    await clock.sleep(ATTEMPT_POLL_MS);
  }
}

function sayWaiting(waiting: Waiting | undefined): string[] {
  const what = [
    ...(waiting?.marks === true ? ['marks were left'] : []),
    ...(waiting?.drainer === true ? ['the drainer was not done; is `vsm live run` up?'] : []),
    ...(waiting?.instances ?? []).map((name) => `instance ${name} did not acknowledge`),
  ];
  return [`the switch fell back in time: ${what.length === 0 ? 'no answer of the journal' : what.join(', ')}`];
}

interface State {
  readonly journal: Journal;
  readonly row: PhaseRow;
  readonly now: number;
  readonly facts: MoveFacts;
  readonly instances: readonly InstanceRow[];
}

type Condition = (state: State, options: NextOptions) => string[] | Promise<string[]>;

const CONDITIONS: Partial<Record<Phase, Condition>> = {
  journal: ({ row, now, journal }) =>
    row.version > 1 ? wait('what was sent in the attempt before may still land', row.since, now, journal) : [],
  backfill({ row, now, journal, instances }) {
    const { lease, late } = journal.timings;
    const here = instances.filter(({ beat }) => now <= beat + lease + late);
    const silent = here.filter(({ ack }) => ack < row.version);
    if (silent.length > 0) return silent.map(({ name }) => `instance ${name} has not acknowledged ${row.phase}`);
    const last = Math.max(row.since, ...here.map(({ ackAt }) => ackAt));
    return journal.keeps('pause-before-copy') ? wait('writes without a mark may still land', last, now, journal) : [];
  },
  drain({ row, now, facts, journal }) {
    if (facts.copied?.version !== row.version) return ['the copy is not done; is `vsm live run` up?'];
    return journal.keeps('pause-after-copy')
      ? wait('pages of the copy may still land', facts.copied.at, now, journal)
      : [];
  },
  shadow: async (state) => [...verifiedSince(state), ...(await lagging(state))],
  canary: async (state, { gates = GATES }) => [
    ...(await lagging(state)),
    ...(gates === false || state.row.phase === 'canary' ? [] : heldGates(state, gates)),
  ],
  switching: async (state, { noWayBack = false }) => [
    ...verifiedSince(state),
    ...(await clean(state)),
    ...(await wayBack(state, noWayBack)),
  ],
  done: () => [],
};

function wait(why: string, since: number, now: number, { timings }: Journal): string[] {
  const left = since + timings.lease + timings.late - now;
  return left > 0 ? [`${why}: try again in ${Math.ceil(left / 1000)} s`] : [];
}

function verifiedSince({ facts: { verified, copied }, now }: State): string[] {
  if (verified === undefined || verified.at <= (copied?.at ?? 0)) return ['it is not verified yet'];
  return now - verified.at > DAY_MS ? ['it was verified more than a day ago'] : [];
}

async function lagging({ journal, now }: State): Promise<string[]> {
  const runner = await journal.runner();
  if (runner?.figures === undefined || now - runner.renewed > journal.timings.lease)
    return ['nobody drains: is `vsm live run` up?'];
  const { lagMs } = runner.figures;
  return lagMs > LAG_MS ? [`the drain is ${Math.round(lagMs / 1000)} s behind`] : [];
}

function heldGates({ instances }: State, { samples, overlap, errors }: Gates): string[] {
  const seen = instances.flatMap(({ shadow }) => shadow ?? []);
  const total = seen.reduce((sum, one) => sum + one.samples, 0);
  const share = (of: (one: (typeof seen)[number]) => number): number =>
    seen.reduce((sum, one) => sum + of(one) * one.samples, 0) / Math.max(1, total);
  const failed = seen.reduce((sum, one) => sum + one.errors, 0) / Math.max(1, total);
  if (total < samples) return [`of ${samples} reads that both stores are to answer there were ${total}`];
  return [
    ...(share((one) => one.overlap) < overlap
      ? [`answers of both stores share too little: ${share((one) => one.overlap).toFixed(3)}`]
      : []),
    ...(failed > errors ? [`the target fails too often: ${(failed * 100).toFixed(1)} %`] : []),
  ];
}

async function clean({ journal, facts, now }: State): Promise<string[]> {
  const { verified } = facts;
  const problems: string[] = [];
  if (verified !== undefined && verified.differing > 0) {
    problems.push(
      `the last verification found ${verified.differing} records that differed without a mark: it has to be clean once`,
    );
  }
  const { late, hold } = journal.timings;
  const refused: string[] = [];
  let [uncertain, until] = [0, 0];
  for await (const { key, recheck, open = {}, refused: why } of journal.marks()) {
    if (why !== undefined) refused.push(`${key.replace(/^\//, '')}: ${why}`);
    // One that was begun lately is on its way, and ends before the switch or makes it fall back.
    const given = Object.values(open).filter((end) => end < now + late);
    const last = Math.max(recheck, ...given);
    if (last <= now + hold) continue;
    uncertain += 1;
    until = Math.max(until, last);
  }
  if (refused.length > 0)
    problems.push(`${refused.length} records are rejected, such as ${refused[0]}; accept or mend them`);
  if (uncertain > 0) {
    problems.push(
      `requests without an answer may still change ${uncertain} records: try again in ${Math.ceil((until - now) / 1000)} s`,
    );
  }
  return problems;
}

async function wayBack({ journal }: State, accepted: boolean): Promise<string[]> {
  const { back: way } = await journal.header();
  return 'why' in way && !accepted ? way.why.map((why) => `no way back after the switch, because ${why}`) : [];
}
