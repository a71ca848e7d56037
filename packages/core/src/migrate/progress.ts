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
  readonly etaSeconds: number | undefined;
  readonly vectorsPerSecond: number;
  /** Records refused so far. */
  readonly errors: number;
  readonly phase: MigrationPhase;
}

export type ProgressListener = (progress: MigrationProgress) => void;

/** Counts one phase of a run and tells the listener. */
export class ProgressTracker {
  readonly #listener: ProgressListener | undefined;
  readonly #batchSize: number;
  #phase: MigrationPhase = 'planning';
  #started = performance.now();
  #total = 0;
  #processed = 0;
  #batches = 0;
  #errors = 0;

  constructor(listener: ProgressListener | undefined, batchSize: number) {
    this.#listener = listener;
    this.#batchSize = batchSize;
  }

  enter(phase: MigrationPhase, totalVectors: number): void {
    this.#phase = phase;
    this.#started = performance.now();
    this.#total = totalVectors;
    this.#processed = phase === 'done' ? totalVectors : 0;
    this.#batches = 0;
    this.#tell();
  }

  advance(records: number, errors = 0): void {
    this.#processed += records;
    this.#errors += errors;
    this.#batches += 1;
    this.#tell();
  }

  #tell(): void {
    if (this.#listener === undefined) return;
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    const vectorsPerSecond = elapsedSeconds > 0 ? this.#processed / elapsedSeconds : 0;
    const total = Math.max(this.#total, this.#processed);
    const finished = this.#phase === 'done';
    this.#listener({
      percentage: finished || total === 0 ? (finished ? 100 : 0) : (100 * this.#processed) / total,
      vectorsProcessed: this.#processed,
      totalVectors: total,
      currentBatch: this.#batches,
      totalBatches: Math.max(this.#batches, Math.ceil(total / this.#batchSize)),
      elapsedSeconds,
      etaSeconds: vectorsPerSecond > 0 ? (total - this.#processed) / vectorsPerSecond : undefined,
      vectorsPerSecond,
      errors: this.#errors,
      phase: this.#phase,
    });
  }
}
