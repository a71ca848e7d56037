import { EventEmitter } from 'node:events';
import type { MigrationProgress } from '@vsm/core';
import stringWidth from 'string-width';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressBlock } from '../../packages/cli/src/progress/block.ts';
import { progressFrame } from '../../packages/cli/src/progress/frame.ts';
import { progressLog } from '../../packages/cli/src/progress/log.ts';

const progress: MigrationProgress = {
  percentage: 52.4,
  vectorsProcessed: 524_000,
  totalVectors: 1_000_000,
  currentBatch: 524,
  totalBatches: 1000,
  elapsedSeconds: 42.4,
  etaSeconds: 3723,
  vectorsPerSecond: 12_345.6,
  bytesProcessed: 2.1e9,
  bytesPerSecond: 48.2e6,
  errors: 3,
  retries: 2,
  waitingUntil: undefined,
  concurrency: 4,
  phase: 'copying',
  parts: Array.from({ length: 20 }, (_, index) => ({
    key: `part-${index}`,
    namespace: index === 7 ? '顧客データの名前空間' : undefined,
    vectorsProcessed: index < 5 ? 50_000 : 24_000,
    estimatedCount: 50_000,
    done: index < 5,
  })),
};

afterEach(() => vi.useRealTimers());

describe('the progress block', () => {
  it('has every figure, and a bar for each part that moves', () => {
    const frame = progressFrame(progress, 'docs (2 of 5)', { columns: 80, rows: 24, color: false });
    expect(frame).toMatchInlineSnapshot(`
      [
        "docs (2 of 5): copying",
        "  all                    ██████████████░░░░░░░░░░░░░  52 % 524,000 of 1,000,000",
        "  part-5                 █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-6                 █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  顧客データの名前空間 … █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-8                 █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-9                 █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-10                █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-11                █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  part-12                █████████████░░░░░░░░░░░░░░  48 % 24,000",
        "  and 12 more parts, 5 of 20 done",
        "  12,346 records/s  48.2 MB/s  1 h 03 min left  4 at once  2 retries",
        "  3 rejected",
      ]
    `);
  });

  it.each([20, 40, 79, 80, 200])('fits %i columns, wide characters included', (columns) => {
    for (const rows of [4, 10, 24]) {
      const frame = progressFrame(progress, '顧客'.repeat(40), { columns, rows, color: false });
      for (const line of frame) expect(stringWidth(line)).toBeLessThanOrEqual(columns - 1);
      expect(frame.length).toBeLessThan(rows);
    }
  });

  it('is drawn ten times a second however often it is told, each time in one write', () => {
    vi.useFakeTimers();
    const writes: string[] = [];
    const stream = Object.assign(new EventEmitter(), {
      columns: 80,
      rows: 24,
      hasColors: () => false,
      write: (text: string) => writes.push(text.replaceAll('\u001B', 'ESC')),
    }) as unknown as NodeJS.WriteStream;
    const block = progressBlock(stream);
    for (let page = 0; page < 1000; page += 1) {
      block.show({ ...progress, vectorsProcessed: page });
      vi.advanceTimersByTime(1);
    }
    // The cursor is hidden, the first frame is at once, and ten follow in a second.
    expect(writes).toHaveLength(12);
    expect(writes[0]).toBe('ESC[?25l');
    for (const write of writes.slice(1)) expect(write).toMatch(/^ESC\[\?2026h[^]*ESC\[JESC\[\?2026l$/);
    const { length } = progressFrame(progress, '', { columns: 80, rows: 24, color: false });
    expect(writes.at(-1)).toContain(`\rESC[${length}A`);
    // Half as wide, the terminal may have broken every full line in two.
    Object.assign(stream, { columns: 40 });
    stream.emit('resize');
    expect(Number(/ESC\[(\d+)A/.exec(writes.at(-2) ?? '')?.[1])).toBeGreaterThan(length);
    block.end();
    expect(writes.at(-1)).toBe('ESC[?25h');
    vi.advanceTimersByTime(1000);
    expect(writes.at(-1)).toBe('ESC[?25h');
  });
});

describe('the progress log', () => {
  it('is a line every ten seconds, also while nothing moves', () => {
    vi.useFakeTimers();
    const lines: string[] = [];
    const log = progressLog({ write: (line: string) => lines.push(line) });
    for (let second = 0; second < 35; second += 1) {
      if (second < 25) log.show({ ...progress, vectorsProcessed: second });
      vi.advanceTimersByTime(1000);
    }
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(
      'copying  52 %  9 of 1000000  12,346 records/s  48.2 MB/s  1 h 03 min left  4 at once  2 retries  3 rejected\n',
    );
    log.end();
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(3);
  });

  it('counts down while a call waits, and no longer', () => {
    vi.useFakeTimers();
    const lines: string[] = [];
    const log = progressLog({ write: (line: string) => lines.push(line) });
    log.show({ ...progress, waitingUntil: new Date(Date.now() + 25_000) });
    vi.advanceTimersByTime(30_000);
    log.end();
    const waits = lines.map((line) => /waits (.*?) to try again/.exec(line)?.[1]);
    expect(waits).toStrictEqual(['15 s', '5.0 s', undefined]);
  });
});
