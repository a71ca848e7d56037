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
  /** A number as soon as the copy has begun, at first by how fast the plan could read. */
  readonly etaSeconds: number | undefined;
  readonly vectorsPerSecond: number;
  /** Approximate size in memory of the records of this phase so far. */
  readonly bytesProcessed: number;
  readonly bytesPerSecond: number;
  /** Records rejected so far. */
  readonly errors: number;
  /** Calls repeated so far, because they failed for a passing reason. */
  readonly retries: number;
  /** When the last call is made again that pauses now, because it failed for a passing reason; `undefined` while none pauses. */
  readonly waitingUntil: Date | undefined;
  /** Writes that are allowed at once just now; 0 while nothing is written. */
  readonly concurrency: number;
  /** The parts that are copied at once, in the order of the scan; empty outside of copying. */
  readonly parts: readonly PartProgress[];
  readonly phase: MigrationPhase;
  /** Of a run that several processes share. */
  readonly shared?: SharedProgress | undefined;
}

/** Where a run that several processes share stands as a whole. */
export interface SharedProgress {
  /** What is handed out, of the step that the run is in. */
  readonly items: { readonly total: number; readonly done: number; readonly failed: number; readonly taken: number };
  /** Those that were heard of lately. */
  readonly workers: readonly SharedWorker[];
  /** Items that somebody took over from a worker that was not heard of. */
  readonly takeovers: number;
  readonly paused: boolean;
}

export interface SharedWorker {
  readonly name: string;
  readonly slots: number;
  /** Items in hand. */
  readonly held: number;
  /** Pages that did not count, because somebody else had taken the item over. */
  readonly refused: number;
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
