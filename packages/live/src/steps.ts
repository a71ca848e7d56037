/** From one phase to the next, and back: what may be done now, and why not. */
import { VsmError } from '@vsm/core';
import { realClock, type Clock } from '@vsm/distributed';
import type { NextPhase, Waiting } from './journal-phases.ts';
import type { Journal } from './journal.ts';
import { CONDITIONS, type Gates } from './conditions.ts';
import { isGapOpen } from './facts.ts';
import { tellGap } from './gap.ts';
import type { Phase, PhaseRow } from './model.ts';

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
    await journal.setFact('sampled', undefined);
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
      const facts = await journal.facts();
      if (journal.keeps('gap-before-back') && isGapOpen(facts))
        return { row, blocked: [`it has to be verified first, for ${facts.gap?.why}`] };
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

/**
 * Whoever knows that an instance is no more says so, for those that write without the journal are waited for otherwise. What it has not
 * told is a gap: a verification has to be clean before the next switch.
 */
export async function gone(journal: Journal, instance: string): Promise<StepOutcome> {
  const { row, now } = await journal.seen();
  const named = (await journal.instances()).filter(({ id, name }) => id === instance || name === instance);
  if (named.length === 0)
    throw new VsmError('NOT_FOUND', `No instance "${instance}" takes part in the move "${journal.move}".`);
  const heard = Math.min(...named.map(({ beat }) => now - beat));
  if (heard <= journal.timings.lease) {
    // One that was started again has the name of the one that is no more.
    const silent = named.filter(({ beat }) => now - beat > journal.timings.lease);
    return {
      row,
      blocked: [
        `instance ${instance} is there: it was heard of ${secondsOf(heard)} ago`,
        ...silent.map(
          ({ id, beat }) => `one of that name was heard of ${secondsOf(now - beat)} ago: say its id, ${id}`,
        ),
      ],
    };
  }
  await tellGap(journal, `instance ${instance} may have written without marks before it was gone`);
  for (const { id } of named) await journal.leaveInstance(id);
  return { row, blocked: [] };
}

function secondsOf(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
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
    waiting = found.waiting ?? waiting;
    if (found.row.version !== version) {
      return { row: found.row, blocked: found.row.phase === to ? [] : sayWaiting(waiting) };
    }
    await clock.sleep(ATTEMPT_POLL_MS);
  }
}

function sayWaiting(waiting: Waiting | undefined): string[] {
  const what = [
    ...(waiting?.unverified === undefined ? [] : [`it has to be verified again, for ${waiting.unverified}`]),
    ...(waiting?.marks === true ? ['marks were left'] : []),
    ...(waiting?.drainer === true ? ['the drainer was not done; is `vsm live run` up?'] : []),
    ...(waiting?.instances ?? []).map((name) => `instance ${name} did not acknowledge`),
  ];
  return [`the switch fell back in time: ${what.length === 0 ? 'no answer of the journal' : what.join(', ')}`];
}
