import { styleText } from 'node:util';
import type { MigrationProgress } from '@vsm/core';
import { count, progressFigures } from '@vsm/report/text';
import { fit, padTo } from './width.ts';

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

/** Parts that are drawn at once; the others are counted in one line. */
const MOST_PARTS = 8;

/** What is drawn: one line a part below one for the whole, and the figures. No line is wider than the terminal. */
export function progressFrame(progress: MigrationProgress, title: string, size: FrameSize): string[] {
  const width = Math.max(10, size.columns - 1);
  const { phase, percentage, vectorsProcessed, totalVectors } = progress;
  const paint = (text: string): string => (size.color ? styleText('green', text, { validateStream: false }) : text);
  const whole = `${count(vectorsProcessed)} of ${count(totalVectors)}`;
  const labels = Math.min(24, Math.floor(width / 3));
  const room = Math.min(40, width - labels - whole.length - 8);
  const line = (label: string, share: number, records: string): string => {
    const percent = `${Math.floor(share).toString().padStart(3)} %`;
    const labelled = padTo(label, labels);
    // On a narrow terminal the figures are worth more than the bar.
    if (room < 4) return fit(`${labelled} ${percent} ${records}`, width);
    return `${labelled} ${paint(bar(share, room))} ${percent} ${records}`;
  };
  const lines = [
    fit(`${title === '' ? '' : `${title}: `}${phase}`, width),
    line('  all', percentage, whole),
    ...partLines(progress, size, line, width),
    ...wrapped(progressFigures(progress), width),
  ];
  return lines.slice(0, Math.max(2, size.rows - 1));
}

function partLines(
  { parts, phase }: MigrationProgress,
  size: FrameSize,
  line: (label: string, share: number, records: string) => string,
  width: number,
): string[] {
  if (parts.length < 2 || phase !== 'copying') return [];
  const room = Math.min(MOST_PARTS, Math.max(0, size.rows - 6));
  const open = parts.filter(({ done }) => !done);
  // Those that move now; while fewer than fit are left, the last ones that ended stay in sight.
  const ended = parts.filter(({ done }) => done);
  const shown = new Set([...open.slice(0, room), ...ended.slice(Math.min(0, open.length - room) || ended.length)]);
  const lines = parts
    .filter((part) => shown.has(part))
    .map(({ key, namespace, vectorsProcessed, estimatedCount, done }) => {
      const expected = Math.max(vectorsProcessed, estimatedCount ?? 0);
      const share = done ? 100 : expected === 0 ? 0 : Math.min(99, (100 * vectorsProcessed) / expected);
      const label = namespace === undefined || namespace === '' ? key : `${namespace} ${key}`;
      return line(`  ${label}`, share, count(vectorsProcessed));
    });
  const hidden = parts.length - lines.length;
  if (hidden > 0) lines.push(fit(`  and ${hidden} more parts, ${ended.length} of ${parts.length} done`, width));
  return lines;
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 3 + word.length > width) lines.push(fit(`  ${word}`, width));
    else lines[lines.length - 1] = `${last}  ${word}`;
  }
  return lines;
}

function bar(percentage: number, width: number): string {
  const filled = Math.round((Math.min(100, percentage) / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
