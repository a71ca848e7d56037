import type { JsonValue, RejectedRecord, RunHeader, VerifyLevel } from '@vsm/core';
import type { PageCounts, PageSums, RateCaps, ScanPart } from '@vsm/core/engine';

/** Items that may be worked on at once. A wave begins when every item of the one before is done. */
export type Wave = 'prepare' | 'copy' | 'finish' | 'compare' | 'conclude' | 'restore';

/** All that a queue ever holds: no location, no key, no cursor. */
export interface ItemRef {
  readonly runId: string;
  readonly wave: Wave;
  readonly item: number;
}

export type RunState =
  | 'preparing'
  | 'copying'
  | 'finishing'
  | 'verifying'
  | 'concluding'
  | 'done'
  | 'differences'
  /** Some items were given up; `resume` opens them again. */
  | 'failed'
  | 'cancelling'
  | 'cancelled';

/** What a run that is shared is started with: all that a worker needs but the stores, their keys and the functions. */
export interface FleetHeader extends RunHeader {
  readonly fleet: {
    /** Items of the copy, at the most. */
    readonly parts: number;
    readonly verify: VerifyLevel | 'none';
    readonly verifySample?: number | undefined;
    readonly witness?: number | 'all' | undefined;
    /** Of the target, over all workers together. */
    readonly caps: RateCaps;
    /** A worker with other ones refuses the run: cursors are an adapter's own. */
    readonly versions: Readonly<Record<string, string>>;
  };
}

/** Where an item stands: the parts before `part` are done. */
export interface Position {
  readonly part: number;
  readonly cursor?: string | undefined;
}

export interface ItemSums extends PageSums {
  /** Approximate size in memory of the records that were read. */
  bytes: number;
}

/** One taking of an item. Whoever took it last is the only one whose appends count. */
export interface Claimed {
  readonly ref: ItemRef;
  /** 128 random bits. */
  readonly claim: string;
  /** How often the item was taken; for people. */
  readonly epoch: number;
  /** Appends so far. */
  readonly seq: number;
  readonly position: Position;
  /** Of a copy or a comparison. */
  readonly parts: readonly ScanPart[];
  /** How long the item must not end before, because the last one to have a claim may still write. */
  readonly settleMs: number;
}

/** What is remembered in one step: all of it or nothing. */
export interface Append {
  readonly position?: Position | undefined;
  readonly sums?: PageCounts | undefined;
  readonly bytes?: number | undefined;
  readonly rejected?: readonly RejectedRecord[] | undefined;
  /** The item of the copy that `rejected` are of, where another item names them. */
  readonly rejectedOf?: number | undefined;
  /** Of the keys of the records that the target holds by this page, packed. */
  readonly hashes?: string | undefined;
  /** Of the run, by name. */
  readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
  /** The item is done. */
  readonly done?: ItemResult | undefined;
}

export interface ItemResult {
  /** The items of the copy, which `prepare` chooses. */
  readonly next?: readonly (readonly ScanPart[])[] | undefined;
  readonly result?: unknown;
  /** Of `conclude`. */
  readonly success?: boolean | undefined;
  readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
}

export type AppendAnswer =
  /** Somebody else has the item, or the answer to an earlier try was lost. */
  | { readonly accepted: false }
  | {
      readonly accepted: true;
      readonly claimed: Claimed;
      /** Whether to leave off after this page. */
      readonly stop: boolean;
      /** Items of a wave that began with this append; somebody should look at them. */
      readonly opened: readonly ItemRef[];
    };

/** How long things take, in milliseconds. All workers of a ledger have the same. */
export interface Timings {
  /** L: how long a worker goes on without its claim being confirmed is two thirds of it. */
  readonly lease: number;
  /** D: the longest that a request may still take effect after it was sent. */
  readonly late: number;
  readonly beat: number;
  readonly reconcile: number;
  /** The first pause after an item failed; it doubles. */
  readonly retry: number;
}

export const TIMINGS: Timings = { lease: 30_000, late: 60_000, beat: 5000, reconcile: 30_000, retry: 2000 };

/** Tries of an item that fails, or is lost without a page, before it is given up. */
export const MOST_ATTEMPTS = 5;

export interface RunRow {
  readonly state: RunState;
  readonly wave: Wave;
  /** Of the wave. */
  readonly items: number;
  readonly open: number;
  readonly failed: number;
  readonly copyItems: number;
  /** Whether there is a wave that compares. */
  readonly compares: boolean;
  readonly paused: boolean;
  /** Until when somebody whose item was taken over may still write, by the ledger's clock. */
  readonly lateUntil: number;
  readonly takeovers: number;
}

export interface ItemRow {
  readonly status: 'open' | 'done' | 'failed';
  readonly claim?: string | undefined;
  readonly worker?: string | undefined;
  readonly epoch: number;
  readonly seq: number;
  readonly position: Position;
  readonly sums: ItemSums;
  /** Tries that failed, or ended without a page, since the last page. */
  readonly attempts: number;
  /** Whether this claim has a page. */
  readonly progressed: boolean;
  readonly claimedAt: number;
  /** The last sign of whoever has it. */
  readonly seenAt: number;
  readonly notBefore: number;
  readonly error?: string | undefined;
}

export interface WorkerReport {
  readonly worker: string;
  readonly slots: number;
  readonly held: readonly Claimed[];
  /** Appends that were not accepted, because somebody else had the item. */
  readonly refused: number;
  /** By the ledger's clock. */
  readonly seenAt?: number | undefined;
}
