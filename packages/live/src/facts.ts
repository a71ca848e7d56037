/** What has happened in a move, and which of its writes nobody can judge but its owner. */
import type { OpenWrite, Phase } from './model.ts';

/** By name. */
export interface MoveFacts {
  /** The last page of the copy was answered then. */
  readonly copied?: { readonly at: number; readonly version: number; readonly records: number } | undefined;
  readonly verified?: Verified | undefined;
  readonly sampled?: Sampled | undefined;
  readonly gap?: Gap | undefined;
}

export interface Verified {
  /** When it began. */
  readonly at: number;
  readonly version: number;
  readonly compared: number;
  /** Unmarked records that were not alike; they were marked. */
  readonly differing: number;
  readonly ids: readonly string[];
}

/** Unmarked records that were compared, some every minute, since the copy. */
export interface Sampled {
  readonly at: number;
  readonly compared: number;
  /** Unmarked records that were not alike; they were marked. */
  readonly differing: number;
  readonly ids: readonly string[];
  /** When one was found last. */
  readonly foundAt?: number | undefined;
}

/** Writes left no mark, and nobody knows which. */
export interface Gap {
  /** Until then they may land. */
  readonly at: number;
  readonly why: string;
}

/** What both stores held, each as `printKept` of `@vsm/core/engine` has it; absent where there was no record. */
export interface BothValues {
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

/** A write that may have reached a store after the move had switched to the other one. */
export interface DoubtfulWrite extends Omit<OpenWrite, 'at'> {
  /** When the journal heard of it. */
  readonly at: number;
  /** Whether the store answered it; else it is not known whether it landed. */
  readonly answered: boolean;
  /** What both stores held, by key, before the one that does not serve was made like the other. */
  readonly values?: Readonly<Record<string, BothValues>> | undefined;
}

/** Whether no clean verification has begun since writes left no mark. */
export function isGapOpen({ gap, verified }: MoveFacts): boolean {
  return gap !== undefined && (verified === undefined || verified.at <= gap.at || verified.differing > 0);
}

/** What is verified before then says nothing: the copy was not done, or something went around the journal since. */
export function staleBefore({ copied, gap, sampled }: MoveFacts): number {
  return Math.max(copied?.at ?? 0, gap?.at ?? 0, sampled?.foundAt ?? 0);
}

/** Why what was verified may not be so any more: something has gone around the journal since. */
export function outdatedBy({ verified, gap, sampled }: MoveFacts): string | undefined {
  const at = verified?.at ?? 0;
  if (gap !== undefined && at <= gap.at) return gap.why;
  return sampled?.foundAt !== undefined && at <= sampled.foundAt ? differed(sampled) : undefined;
}

/** Why a switch there, or back, may not go by the verification, though it could when it began; `undefined` where it may. */
export function contradiction(facts: MoveFacts, to: Phase | undefined): string | undefined {
  const { verified, gap } = facts;
  if (isGapOpen(facts)) return gap?.why;
  // On the way back, what was found is mended by the drain.
  if (to !== 'switched' || verified === undefined) return undefined;
  return verified.differing > 0 ? differed(verified) : outdatedBy(facts);
}

function differed({ ids }: Pick<Verified, 'ids'>): string {
  return `records differed without a mark, such as ${ids[0]}`;
}
