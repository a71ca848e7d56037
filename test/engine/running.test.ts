import { createMemory } from '@vsm/adapter-memory';
import { RunControl, VectorStoreMigrator, type MigrationProgress, type VectorRecord } from '@vsm/core';
import { describe, expect, test } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

/** Large records behind small ones, so that the sample of the plan says nothing of what comes. */
function growingRecords(): VectorRecord[] {
  const long = 'x'.repeat(50_000);
  return makeRecords(1200).map((record, index) => (index < 400 ? record : { ...record, document: long }));
}

describe('a run', () => {
  test('holds no more bytes at once than it may, though records grow after the sample', async () => {
    const source = await filledMemory(growingRecords());
    const target = createMemory();
    let held = 0;
    let most = 0;
    const size = (records: readonly VectorRecord[]): number =>
      records.reduce((total, { document }) => total + 2 * (document ?? '').length, 0);
    const counting = alterCollections(source, (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        held += size(page.records);
        most = Math.max(most, held);
        return page;
      },
    }));
    const releasing = alterCollections(target, (collection) => ({
      async upsert(records, options) {
        const result = await collection.upsert(records, options);
        held -= size(records);
        return result;
      },
    }));
    const migrator = new VectorStoreMigrator({
      source: counting,
      target: releasing,
      validate: false,
      checkpoints: false,
      onProgress: ({ phase, vectorsProcessed }) => {
        // What the plan looked at is gone.
        if (phase === 'copying' && vectorsProcessed === 0) held = 0;
      },
    });
    const budget = 8_000_000;
    const result = await migrator.migrate({
      sourceCollection: 'docs',
      concurrency: 4,
      batchSize: 100,
      maxBytesInFlight: budget,
    });
    expect(result.vectorsMigrated).toBe(1200);
    expect(held).toBe(0);
    // The first large page of each part comes as a surprise; all others fit.
    expect(most).toBeLessThan(budget + 4 * 100 * 100_000);
    expect(result.metadata.bytes).toBeGreaterThan(800 * 100_000);
  });

  test('pauses between pages, and goes on', async () => {
    const control = new RunControl();
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    let written = 0;
    let pausedAt: number | undefined;
    let writtenWhilePaused = 0;
    const watched = alterCollections(target, (collection) => ({
      async upsert(records, options) {
        if (control.paused) writtenWhilePaused += 1;
        written += records.length;
        return collection.upsert(records, options);
      },
    }));
    const migrator = new VectorStoreMigrator({
      source,
      target: watched,
      checkpoints: false,
      onProgress: ({ phase, vectorsProcessed }) => {
        if (phase !== 'copying' || vectorsProcessed < 300 || pausedAt !== undefined) return;
        control.pause();
        pausedAt = written;
        setImmediate(() => setImmediate(() => control.resume()));
      },
    });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 50, concurrency: 1, control });
    expect(pausedAt).toBe(300);
    expect(writtenWhilePaused).toBe(0);
    expect(result.success).toBe(true);
    expect(written).toBe(1000);
  });

  test('that is paused can still be interrupted', async () => {
    const control = new RunControl();
    const stop = new AbortController();
    control.pause();
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(100)),
      target: createMemory(),
      checkpoints: false,
      onProgress: ({ phase }) => {
        if (phase === 'copying') setImmediate(() => stop.abort());
      },
    });
    const run = migrator.migrate({ sourceCollection: 'docs', control, signal: stop.signal });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('tells of its parts, its bytes and its latencies', async () => {
    const seen: MigrationProgress[] = [];
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(1000)),
      target: createMemory(),
      checkpoints: false,
      onProgress: (progress) => seen.push(progress),
    });
    const { metadata } = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100 });
    const copied = seen.findLast(({ phase }) => phase === 'copying');
    expect(copied?.parts.length).toBeGreaterThan(0);
    expect(copied?.parts.every(({ done }) => done)).toBe(true);
    expect(copied?.parts.reduce((total, part) => total + part.vectorsProcessed, 0)).toBe(1000);
    expect(copied?.bytesProcessed).toBe(metadata.bytes);
    expect(copied?.concurrency).toBeGreaterThan(0);
    expect(metadata.latency.read.calls).toBeGreaterThanOrEqual(10);
    expect(metadata.latency.write.calls).toBeGreaterThanOrEqual(10);
    expect(metadata.timeline.findLast(({ phase }) => phase === 'copying')?.vectors).toBe(1000);
    expect(metadata.timeline.at(-1)).toMatchObject({ phase: 'verifying', vectors: 1000 });
  });
});
