import type { MigrationProgress } from '@vsm/core';
import { bytes, count, duration } from '../format.ts';
import { line } from '../redact/printable.ts';

/** How a run stands, in words: the same for a terminal and for a log. */
export function progressFigures(progress: MigrationProgress): string[] {
  const { vectorsPerSecond, bytesPerSecond, etaSeconds, percentage, concurrency, retries, errors } = progress;
  return [
    `${count(vectorsPerSecond)} records/s`,
    ...(bytesPerSecond > 0 ? [`${bytes(bytesPerSecond)}/s`] : []),
    ...(etaSeconds !== undefined && percentage < 100 ? [`${duration(etaSeconds)} left`] : []),
    ...(concurrency > 0 ? [`${concurrency} at once`] : []),
    `${retries} retries`,
    `${errors} refused`,
  ];
}

/** One line for a log. */
export function progressLine(progress: MigrationProgress, title: string): string {
  const { phase, percentage, vectorsProcessed, totalVectors } = progress;
  const parts = [
    line`${title === '' ? '' : `${title}: `}${phase}`,
    `${Math.floor(percentage)} %`,
    `${vectorsProcessed} of ${totalVectors}`,
    ...progressFigures(progress),
  ];
  return parts.join('  ');
}
