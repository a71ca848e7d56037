import { stripVTControlCharacters } from 'node:util';
import type { MigrationProgress } from '@vsm/core';

const PLAIN_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;

export interface ProgressDisplay {
  show(progress: MigrationProgress): void;
  /** Clears what is drawn, so that other output starts on a clean line. */
  clear(): void;
}

export const SILENT: ProgressDisplay = { show: () => undefined, clear: () => undefined };

/** One redrawn line on a terminal; elsewhere a line every ten seconds. */
export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? redrawnLine(stream) : plainLines(stream);
}

function redrawnLine(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = 0;
  return {
    show(progress) {
      const now = performance.now();
      if (progress.percentage < 100 && now - last < REDRAW_INTERVAL_MS) return;
      last = now;
      stream.write(`\r\u001B[2K${fit(progressLine(progress, true), stream.columns)}`);
    },
    clear() {
      stream.write('\r\u001B[2K');
    },
  };
}

function plainLines(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = performance.now();
  return {
    show(progress) {
      const now = performance.now();
      if (now - last < PLAIN_INTERVAL_MS) return;
      last = now;
      stream.write(`${progressLine(progress, false)}\n`);
    },
    clear: () => undefined,
  };
}

function progressLine(progress: MigrationProgress, bar: boolean): string {
  const { phase, percentage, vectorsProcessed, totalVectors, vectorsPerSecond, etaSeconds, errors } = progress;
  const filled = Math.round(percentage / 5);
  const parts = [
    phase.padEnd(9),
    ...(bar ? [`${'█'.repeat(filled)}${'░'.repeat(20 - filled)}`] : []),
    `${percentage.toFixed(0).padStart(3)} %`,
    `${vectorsProcessed}/${totalVectors}`,
    `${Math.round(vectorsPerSecond)}/s`,
  ];
  if (etaSeconds !== undefined && percentage < 100) parts.push(`${etaSeconds.toFixed(0)} s left`);
  if (errors > 0) parts.push(`${errors} refused`);
  return parts.join('  ');
}

function fit(line: string, columns: number): string {
  const width = Math.max(20, columns || 80) - 1;
  return stripVTControlCharacters(line).length <= width ? line : line.slice(0, width);
}
