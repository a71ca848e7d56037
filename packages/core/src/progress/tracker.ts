import type { PartListener, ScanPart } from '../scan/parts.ts';
import {
  watchRun,
  type ObservedCall,
  type ObservedPart,
  type ObservedRetry,
  type ObservedRun,
  type RunObserver,
  type RunOutcome,
  type RunWatch,
} from './observer.ts';
import type { MigrationPhase, MigrationProgress, ProgressListener } from './progress.ts';
import { Telemetry, type LatencySummary, type TimelinePoint } from './telemetry.ts';

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
  /** Records of a page, at the most: tells how many pages there will be. */
  batchSize: number;
  readonly #telemetry = new Telemetry();
  #watch: RunWatch = {};
  #phase: MigrationPhase = 'planning';
  #started = performance.now();
  #expectedPerSecond: number | undefined;
  #total = 0;
  #processed = 0;
  #bytes = 0;
  #batches = 0;
  #errors = 0;
  #retries = 0;
  #waitingUntil = 0;
  #concurrency = (): number => 0;
  #parts = new Map<string, { readonly part: ScanPart; vectorsProcessed: number; done: boolean }>();

  constructor(listener: ProgressListener | undefined, batchSize: number) {
    this.#listener = listener;
    this.batchSize = batchSize;
  }

  /** From here on the observer is told of the run. */
  begin(observer: RunObserver, run: Omit<ObservedRun, 'progress'>): void {
    this.#watch = watchRun(observer, { ...run, progress: () => this.progress });
  }

  end(outcome: RunOutcome): void {
    this.#watch.ended?.(outcome);
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
    this.#watch.phaseEntered?.(phase);
    this.#tell();
  }

  /** The parts that are about to be copied, and how many writes are let through at once. */
  follow(parts: readonly ScanPart[], concurrency: () => number): void {
    for (const part of parts) this.#parts.set(part.key, { part, vectorsProcessed: 0, done: false });
    this.#concurrency = concurrency;
  }

  advance(page: PageDone): void {
    const { records, bytes, errors: rejected = 0 } = page;
    this.#watch.pageAccounted?.({ records, bytes, rejected });
    this.takeUp(page);
  }

  /** What an earlier process did of the phase. */
  takeUp({ records, bytes, errors = 0, part: key }: PageDone): void {
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

  /** Tells the observer of the parts that are read at once. */
  partsOf(store: 'source' | 'target'): PartListener {
    const begun = new Map<number, ObservedPart>();
    return {
      begun: ({ partition }, index) => {
        const part = { store, index, estimatedCount: partition?.estimatedCount };
        begun.set(index, part);
        this.#watch.partBegun?.(part);
      },
      ended: (index, error) => {
        const part = begun.get(index);
        if (part !== undefined) this.#watch.partEnded?.(part, error);
      },
    };
  }

  /** A try of a call. Those of the copy that moved a page make the latencies. */
  observe(call: ObservedCall): void {
    const { store, operation, milliseconds, error } = call;
    this.#watch.called?.(call);
    if (this.#phase !== 'copying' || error !== undefined) return;
    if (operation === 'upsert') this.#telemetry.observe('write', milliseconds);
    else if (store === 'source') this.#telemetry.observe('read', milliseconds);
  }

  retried(retry: ObservedRetry): void {
    this.#retries += 1;
    this.#watch.retried?.(retry);
  }

  /** A call pauses before it is made again. */
  waits(milliseconds: number): void {
    this.#waitingUntil = Math.max(this.#waitingUntil, Date.now() + milliseconds);
    this.#tell();
  }

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
    if (this.#phase === 'copying' || this.#phase === 'verifying') {
      this.#telemetry.record(this.#phase, {
        vectors: this.#processed,
        bytes: this.#bytes,
        retries: this.#retries,
        concurrency: this.#concurrency(),
      });
    }
    this.#listener?.(this.progress);
  }

  get progress(): MigrationProgress {
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    const perSecond = (amount: number): number => (elapsedSeconds > 0 ? amount / elapsedSeconds : 0);
    const vectorsPerSecond = perSecond(this.#processed);
    const total = Math.max(this.#total, this.#processed);
    const finished = this.#phase === 'done';
    return {
      percentage: finished || total === 0 ? (finished ? 100 : 0) : (100 * this.#processed) / total,
      vectorsProcessed: this.#processed,
      totalVectors: total,
      currentBatch: this.#batches,
      totalBatches: Math.max(this.#batches, Math.ceil(total / this.batchSize)),
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
      waitingUntil: this.#waitingUntil > Date.now() ? new Date(this.#waitingUntil) : undefined,
      concurrency: this.#concurrency(),
      parts: [...this.#parts.values()].map(({ part, vectorsProcessed, done }) => ({
        key: part.key,
        namespace: part.namespace,
        vectorsProcessed,
        estimatedCount: part.partition?.estimatedCount,
        done,
      })),
      phase: this.#phase,
    };
  }
}

function secondsFor(vectors: number, perSecond: number | undefined): number | undefined {
  if (vectors === 0) return 0;
  return perSecond === undefined || perSecond === 0 ? undefined : vectors / perSecond;
}
