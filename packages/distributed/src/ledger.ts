import type { JsonValue, RejectedRecord, RunSummary } from '@vsm/core';
import type { ScanPart } from '@vsm/core/engine';
import type {
  Append,
  AppendAnswer,
  Claimed,
  FleetHeader,
  ItemRef,
  ItemRow,
  RunRow,
  Timings,
  Wave,
  WorkerReport,
} from './model.ts';

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
  /** The parts of an item of the copy. */
  parts(runId: string, item: number): Promise<readonly ScanPart[]>;
  /** What appends of the copy had of {@link Append.hashes}, by item. */
  hashes(runId: string): AsyncIterable<readonly [item: number, packed: string]>;
  forgetHashes(runId: string): Promise<void>;
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
