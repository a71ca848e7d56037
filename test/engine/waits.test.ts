import { setTimeout as pause } from 'node:timers/promises';
import { createMemory } from '@vsm/adapter-memory';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type MigrationProgress } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { progressLine } from '@vsm/report/text';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { filledMemory, makeRecords } from './stores.ts';

// Pauses between tries pass at once, and the clock shows them all the same; sockets have the real one.
vi.mock('node:timers/promises', () => ({
  setTimeout: vi.fn<(ms: number) => Promise<unknown>>(async (ms) => vi.advanceTimersByTime(ms)),
}));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each(['copy', 'plan', 'verification'] as const)(
  'a server that says when to come back is waited for in a %s, and is seen to be',
  async (when) => {
    const server = await startQdrantEmulator({ faults: { retryAfterSeconds: 240 } });
    onTestFinished(() => server.close());
    const source = await filledMemory(makeRecords(50));
    const target = createQdrant({ url: server.url });
    const heard: MigrationProgress[] = [];
    const lines: string[] = [];
    const migrator = new VectorStoreMigrator({
      source,
      target,
      checkpoints: false,
      onProgress: (progress) => {
        heard.push(progress);
        lines.push(progressLine(progress, ''));
        if (progress.phase === 'verifying' && when === 'verification' && vi.mocked(pause).mock.calls.length === 0) {
          server.faults.failNext('throttle', 1, /POST .*points/);
        }
      },
    });
    vi.mocked(pause).mockClear();
    if (when === 'plan') server.faults.failNext('throttle', 2, /GET/);
    if (when === 'copy') server.faults.failNext('throttle', 3, /PUT .*points/);
    expect(await migrator.migrate({ sourceCollection: 'docs', batchSize: 10 })).toMatchObject({ success: true });
    const asked = vi.mocked(pause).mock.calls.filter(([ms]) => ms === 240_000);
    expect(asked.length).toBeGreaterThan(0);
    const phase = { plan: 'planning', copy: 'copying', verification: 'verifying' }[when];
    expect(heard.find(({ waitingUntil }) => waitingUntil !== undefined)).toMatchObject({
      phase,
      waitingUntil: new Date('2026-01-01T12:04:00Z'),
    });
    expect(lines.join('\n')).toContain('waits 4 min 00 s to try again');
    expect(heard.at(-1)?.waitingUntil).toBeUndefined();
  },
);

it('runs without a faulty server never say that they wait', async () => {
  const heard: MigrationProgress[] = [];
  const onProgress = (progress: MigrationProgress): void => void heard.push(progress);
  const source = await filledMemory(makeRecords(50));
  await new VectorStoreMigrator({ source, target: createMemory(), checkpoints: false, onProgress }).migrate({
    sourceCollection: 'docs',
  });
  expect(heard.every(({ waitingUntil }) => waitingUntil === undefined)).toBe(true);
});
