import type { MigrationEstimate } from '@vsm/core';
import { bytes, count, duration } from '../format.ts';
import { line } from '../redact/printable.ts';

export function estimateText(estimate: MigrationEstimate): string {
  const { totalVectors, estimatedBatches, estimatedDurationSeconds, durationRangeSeconds, vectorsPerSecond } = estimate;
  return [
    line`${totalVectors} records, about ${bytes(estimate.bytes)} in memory, ${estimatedBatches} batches`,
    line`about ${duration(estimatedDurationSeconds)} (${durationRangeSeconds.map(duration).join(' to ')}) at ${count(vectorsPerSecond)} records/s`,
    line`rests on: ${estimate.basis}`,
    estimate.compatible ? 'the target can take everything' : 'the target cannot take everything:',
    ...estimate.warnings.map((warning) => line`  ${warning}`),
  ].join('\n');
}
