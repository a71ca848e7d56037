import type { MigrationProgress } from '@vsm/core';

/** Of a run of two workers, where one of three was lost. */
export function sharedProgress(): MigrationProgress {
  return {
    phase: 'copying',
    percentage: 50,
    vectorsProcessed: 400,
    totalVectors: 1000,
    currentBatch: 3,
    totalBatches: 8,
    elapsedSeconds: 10,
    etaSeconds: 15,
    vectorsPerSecond: 40,
    bytesProcessed: 4000,
    bytesPerSecond: 400,
    errors: 0,
    retries: 0,
    waitingUntil: undefined,
    concurrency: 4,
    parts: [],
    shared: {
      items: { total: 8, done: 3, failed: 1, taken: 2 },
      workers: [
        { name: 'one', slots: 4, held: 2, refused: 1 },
        { name: 'two', slots: 4, held: 0, refused: 2 },
      ],
      takeovers: 4,
      paused: false,
    },
  };
}
