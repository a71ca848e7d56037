import type { MigrationProgress } from '@vsm/core';
import { bytes, count, duration } from '../format.ts';
import { line } from '../redact/printable.ts';

const SHOWN_FROM_SECONDS = 2;

/** How a run stands, in words: the same for a terminal and for a log. */
export function progressFigures(progress: MigrationProgress): string[] {
  const { vectorsPerSecond, bytesPerSecond, etaSeconds, percentage, concurrency, retries, errors } = progress;
  const waitSeconds = secondsToWait(progress);
  return [
    ...(waitSeconds > 0 ? [`waits ${duration(waitSeconds)} to try again`] : []),
    `${count(vectorsPerSecond)} records/s`,
    ...(bytesPerSecond > 0 ? [`${bytes(bytesPerSecond)}/s`] : []),
    ...(etaSeconds !== undefined && percentage < 100 ? [`${duration(etaSeconds)} left`] : []),
    ...(concurrency > 0 ? [`${concurrency} at once`] : []),
    `${retries} retries`,
    `${errors} rejected`,
  ];
}

/** How much longer a call pauses: this is asked for while nothing else is told. Short pauses are over before they are read. */
function secondsToWait({ waitingUntil }: MigrationProgress): number {
  const seconds = Math.round(((waitingUntil?.getTime() ?? 0) - Date.now()) / 1000);
  return seconds >= SHOWN_FROM_SECONDS ? seconds : 0;
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
