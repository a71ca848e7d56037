/** What a journal keeps of a move, and the two questions that every phase answers. */
import type { MigrationPlan } from '@vsm/core';
import type { NoWayBack } from '@vsm/core/engine';

export const PHASES = [
  'off',
  'journal',
  'backfill',
  'drain',
  'shadow',
  'canary',
  'switching',
  'switched',
  'done',
] as const;
export type Phase = (typeof PHASES)[number];

/** The store that the move leaves, or the one that it goes to. */
export type Side = 'source' | 'target';

export interface PhaseRow {
  readonly phase: Phase;
  /** Grows with every change, and is what instances acknowledge: two attempts at the switch are two versions. */
  readonly version: number;
  /** In milliseconds, by the journal's clock, like all times in a journal. */
  readonly since: number;
  /** Share of the reads that a canary takes. */
  readonly percent?: number | undefined;
  /** Of a switch on its way. */
  readonly from?: Phase | undefined;
  readonly to?: Phase | undefined;
  /** When a switch on its way falls back. */
  readonly deadline?: number | undefined;
}

/** The store that takes writes; none, while a switch is on its way. */
export function writesTo({ phase }: Pick<PhaseRow, 'phase'>): Side | undefined {
  if (phase === 'switching') return undefined;
  return phase === 'switched' || phase === 'done' ? 'target' : 'source';
}

/** The store that answers reads. */
export function readsFrom({ phase, from }: Pick<PhaseRow, 'phase' | 'from'>): Side {
  const served = phase === 'switching' ? from : phase;
  return served === 'switched' || served === 'done' ? 'target' : 'source';
}

/** Whether writes leave marks. */
export function isMarked({ phase }: Pick<PhaseRow, 'phase'>): boolean {
  return phase !== 'off' && phase !== 'done';
}

/** The store that marks are drained from; none, while they are only kept. */
export function drainsFrom({ phase, from }: Pick<PhaseRow, 'phase' | 'from'>): Side | undefined {
  if (phase === 'off' || phase === 'done' || phase === 'journal' || phase === 'backfill') return undefined;
  return readsFrom({ phase, from });
}

/** This id may differ in the other store. */
export interface Mark {
  /** Another one at every change. */
  readonly seq: string;
  /** When it got that. */
  readonly at: number;
  /** Before then it may not be cleared, for something that was sent may still land. */
  readonly recheck: number;
  /** Writes that were begun and are not done, and until when each may still land. */
  readonly open?: Readonly<Record<string, number>> | undefined;
  /** Why the store that is written by the drain does not take the record. */
  readonly refused?: string | undefined;
}

/** Before then a mark may not be cleared. */
export function heldUntil({ recheck, open = {} }: Mark): number {
  return Math.max(recheck, ...Object.values(open));
}

export interface KeyedMark extends Mark {
  /** As `recordKey` of `@vsm/core` has it: id and namespace in the source of the move. */
  readonly key: string;
}

/** A process of the application. */
export interface InstanceRow {
  readonly id: string;
  readonly name: string;
  /** When it was heard of last. */
  readonly beat: number;
  /** Up to this version of the phase, no earlier write of it is pending. */
  readonly ack: number;
  /** Since when. */
  readonly ackAt: number;
  /** It goes on writing without the journal, so that it is never gone by time. */
  readonly records?: boolean | undefined;
  /** The longest that a switch has held one of its writes, in milliseconds. */
  readonly longestHoldMs?: number | undefined;
  readonly shadow?: ShadowFigures | undefined;
}

/** What an instance saw of reads that both stores answered, and of those that a canary took. */
export interface ShadowFigures {
  readonly samples: number;
  /** Mean share of the ids of the one answer that are in the other. */
  readonly overlap: number;
  /** Answers whose first id the other answer lacks. */
  readonly missingFirst: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly sourceMs: readonly [p50: number, p95: number];
  readonly targetMs: readonly [p50: number, p95: number];
}

/** The process that copies, drains and verifies. */
export interface RunnerRow {
  readonly holder: string;
  readonly epoch: number;
  readonly renewed: number;
  /** It ended in good order, with nothing on its way. */
  readonly released?: boolean | undefined;
  /** The version of a switch for which it has stopped draining. */
  readonly ack?: number | undefined;
  readonly figures?: RunnerFigures | undefined;
}

/** How fast marks come and are drained. Once an id is marked, further writes to it make no more of it to drain, and do not count. */
export interface MarkRates {
  /** Ids that got a mark, a second. */
  readonly inPerSecond: number;
  /** Ids that were drained, a second. */
  readonly outPerSecond: number;
  /** In how many milliseconds all is drained, if it goes on like this; absent where it would never be. */
  readonly drainedInMs?: number | undefined;
  /** The drain is behind, and for five minutes at least as many marks have come as were drained. */
  readonly fallsBehind: boolean;
}

export interface RunnerFigures {
  readonly marks: number;
  readonly lagMs: number;
  readonly drained: number;
  readonly refused: number;
  readonly doing: string;
  /** Absent before the marks were looked at for some seconds. */
  readonly rates?: MarkRates | undefined;
}

/** A write that was begun; its row goes when it is done. */
export interface OpenWrite {
  readonly id: string;
  readonly side: Side;
  readonly keys: readonly string[];
  readonly at: number;
}

/** What a move is, decided once. */
export interface MoveHeader {
  readonly version: 1;
  readonly move: string;
  readonly createdAt: string;
  readonly plan: MigrationPlan;
  /** The plan of the way back, or why there is none. */
  readonly back: MigrationPlan | NoWayBack;
  /** How long after a write each store may still show what was before, in milliseconds. */
  readonly settleMs: Readonly<Record<Side, number>>;
  /** The same for all who take part. */
  readonly timings: Timings;
  /** Where the command line finds both, as it was told; no keys. */
  readonly places?: { readonly source: string; readonly target: string; readonly migration?: string } | undefined;
}

/** In milliseconds. */
export interface Timings {
  /** How long an instance or a runner may go on without hearing from the journal. */
  readonly lease: number;
  /** The longest time a request may still take effect after it was sent. Longer than every client's timeout. */
  readonly late: number;
  /** Between two looks of an instance or a runner at the journal. */
  readonly poll: number;
  /** How long a switch holds writes, at the most. */
  readonly hold: number;
  /** How long an application waits for an answer of the journal. */
  readonly answer: number;
}

export const TIMINGS: Timings = { lease: 30_000, late: 120_000, poll: 250, hold: 5000, answer: 1000 };
