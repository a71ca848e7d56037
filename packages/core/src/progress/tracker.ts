import type { ScanPart } from '../scan/parts.ts';
import { Telemetry, type LatencySummary, type TimelinePoint } from './telemetry.ts';

export type MigrationPhase = 'planning' | 'copying' | 'verifying' | 'done';

/** Where a run stands. Handed to `onProgress` after every page. */
export interface MigrationProgress {
  /** 0 to 100, of the current phase. */
  readonly percentage: number;
  readonly vectorsProcessed: number;
  /** Upper bound while a filter is used. */
  readonly totalVectors: number;
  readonly currentBatch: number;
  readonly totalBatches: number;
  readonly elapsedSeconds: number;
  /** `undefined` until something was measured. */
  /** A number as soon as the copy has begun, at first by how fast the plan could read. */
  readonly etaSeconds: number | undefined;
  readonly vectorsPerSecond: number;
  /** Approximate size in memory of the records of this phase so far. */
  readonly bytesProcessed: number;
  readonly bytesPerSecond: number;
  /** Records refused so far. */
  readonly errors: number;
  /** Calls repeated so far, because they failed for a passing reason. */
  readonly retries: number;
  /** Writes that are allowed at once just now; 0 while nothing is written. */
  readonly concurrency: number;
  /** The parts that are copied at once, in the order of the scan; empty outside of copying. */
  readonly parts: readonly PartProgress[];
  readonly phase: MigrationPhase;
}

export interface PartProgress {
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly vectorsProcessed: number;
  /** As far as the store can tell. */
  readonly estimatedCount?: number | undefined;
  readonly done: boolean;
}

export type ProgressListener = (progress: MigrationProgress) => void;

/** A page that is accounted for. */
export interface PageDone {
  readonly records: number;
  /** Approximate size in memory. */
  readonly bytes: number;
  /** Records of it that were refused. */
  readonly errors?: number | undefined;
  readonly part?: string | undefined;
}

/** Counts one phase of a run after the other, and tells the listener. */
export class ProgressTracker {
  readonly #listener: ProgressListener | undefined;
  readonly #batchSize: number;
  readonly #telemetry = new Telemetry();
  #phase: MigrationPhase = 'planning';
  #started = performance.now();
  #expectedPerSecond: number | undefined;
  #total = 0;
  #processed = 0;
  #bytes = 0;
  #batches = 0;
  #errors = 0;
  #retries = 0;
  #concurrency = (): number => 0;
  #parts = new Map<string, { readonly part: ScanPart; vectorsProcessed: number; done: boolean }>();

  constructor(listener: ProgressListener | undefined, batchSize: number) {
    this.#listener = listener;
    this.#batchSize = batchSize;
  }

  /** `expectedPerSecond` tells the time that is left until the first page is done. */
  enter(phase: MigrationPhase, totalVectors: number, expectedPerSecond?: number): void {
    this.#phase = phase;
    this.#expectedPerSecond = expectedPerSecond;
    this.#started = performance.now();
    this.#total = totalVectors;
    this.#processed = phase === 'done' ? totalVectors : 0;
    this.#bytes = 0;
    this.#batches = 0;
    this.#parts.clear();
    this.#concurrency = () => 0;
    this.#tell();
  }

  /** The parts that are about to be copied, and how many writes are let through at once. */
  follow(parts: readonly ScanPart[], concurrency: () => number): void {
    for (const part of parts) this.#parts.set(part.key, { part, vectorsProcessed: 0, done: false });
    this.#concurrency = concurrency;
  }

  advance({ records, bytes, errors = 0, part: key }: PageDone): void {
    this.#processed += records;
    this.#bytes += bytes;
    this.#errors += errors;
    this.#batches += 1;
    const part = key === undefined ? undefined : this.#parts.get(key);
    if (part !== undefined) part.vectorsProcessed += records;
    this.#tell();
  }

  endPart(key: string): void {
    const part = this.#parts.get(key);
    if (part !== undefined) part.done = true;
  }

  /** A call that moved a page, without the pauses between its tries. */
  observe(side: 'read' | 'write', milliseconds: number): void {
    this.#telemetry.observe(side, milliseconds);
  }

  readonly retried = (): void => {
    this.#retries += 1;
  };

  get retries(): number {
    return this.#retries;
  }

  get timeline(): readonly TimelinePoint[] {
    return this.#telemetry.timeline;
  }

  get latency(): { readonly read: LatencySummary; readonly write: LatencySummary } {
    return this.#telemetry.latency;
  }

  #tell(): void {
    const concurrency = this.#concurrency();
    if (this.#phase === 'copying' || this.#phase === 'verifying') {
      this.#telemetry.record(this.#phase, {
        vectors: this.#processed,
        bytes: this.#bytes,
        retries: this.#retries,
        concurrency,
      });
    }
    if (this.#listener === undefined) return;
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    const perSecond = (amount: number): number => (elapsedSeconds > 0 ? amount / elapsedSeconds : 0);
    const vectorsPerSecond = perSecond(this.#processed);
    const total = Math.max(this.#total, this.#processed);
    const finished = this.#phase === 'done';
    this.#listener({
      percentage: finished || total === 0 ? (finished ? 100 : 0) : (100 * this.#processed) / total,
      vectorsProcessed: this.#processed,
      totalVectors: total,
      currentBatch: this.#batches,
      totalBatches: Math.max(this.#batches, Math.ceil(total / this.#batchSize)),
      elapsedSeconds,
      etaSeconds:
        this.#phase === 'planning'
          ? undefined
          : secondsFor(total - this.#processed, vectorsPerSecond || this.#expectedPerSecond),
      vectorsPerSecond,
      bytesProcessed: this.#bytes,
      bytesPerSecond: perSecond(this.#bytes),
      errors: this.#errors,
      retries: this.#retries,
      concurrency,
      parts: [...this.#parts.values()].map(({ part, vectorsProcessed, done }) => ({
        key: part.key,
        namespace: part.namespace,
        vectorsProcessed,
        estimatedCount: part.partition?.estimatedCount,
        done,
      })),
      phase: this.#phase,
    });
  }
}

function secondsFor(vectors: number, perSecond: number | undefined): number | undefined {
  if (vectors === 0) return 0;
  return perSecond === undefined || perSecond === 0 ? undefined : vectors / perSecond;
}
