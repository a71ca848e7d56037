import type { MigrationEstimate } from '@vsm/core';
import { megabytes, seconds } from './units.ts';

export function estimateText(estimate: MigrationEstimate): string {
  const lines = [
    `${estimate.totalVectors} records, about ${megabytes(estimate.bytes)} in memory, ${estimate.estimatedBatches} batches`,
    `about ${seconds(estimate.estimatedDurationSeconds)} (${estimate.durationRangeSeconds.map(seconds).join(' to ')}) at ${Math.round(estimate.vectorsPerSecond)} records/s`,
    `rests on: ${estimate.basis}`,
    estimate.compatible ? 'the target can take everything' : 'the target cannot take everything:',
    ...estimate.warnings.map((warning) => `  ${warning}`),
  ];
  return lines.join('\n');
}
