import { createMemory } from '@vsm/adapter-memory';
import { RemoteError, VectorStoreMigrator, type CollectionV1, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords, alterCollections, filledMemory, makeRecords } from './stores.ts';

/** Pseudo-random numbers that are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Fails a share of all calls, half of them after the work was done: what a lost answer looks like. */
function unreliable(store: VectorStoreV1, share: number, next: () => number): VectorStoreV1 {
  const maybe = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const fails = next() < share;
    const before = next() < 0.5;
    const error = new RemoteError('lost', { adapter: 'memory', retryable: true, status: next() < 0.5 ? 429 : 503 });
    if (fails && before) throw error;
    const result = await work();
    if (fails) throw error;
    return result;
  };
  return alterCollections(store, (collection) => ({
    scan: (request, options) => maybe(() => collection.scan(request, options)),
    upsert: (records, options) => maybe(() => collection.upsert(records, options)),
    fetch: (ids, options) => maybe(() => collection.fetch(ids, options)),
    count: (request, options) => maybe(() => collection.count(request, options)),
  }));
}

describe('a migration', () => {
  it.each([1, 2, 3])('survives that 10 %% of all calls fail, answers lost included (seed %i)', async (seed) => {
    const memory = createMemory();
    const migrator = new VectorStoreMigrator({
      source: unreliable(await filledMemory(makeRecords(5000)), 0.1, random(seed)),
      target: unreliable(memory, 0.1, random(seed + 100)),
      maxRetries: 20,
      retryDelaySeconds: 0,
    });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100 });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 5000, verification: { passed: true } });
    expect(result.metadata.retries).toBeGreaterThan(0);
    expect(await allRecords(memory)).toHaveLength(5000);
  });

  it('waits for a target that goes away in the middle', async () => {
    let calls = 0;
    const target = alterCollections(createMemory(), (collection) => ({
      upsert: (records, options) => {
        calls += 1;
        const away = calls > 5 && calls <= 15;
        return away
          ? Promise.reject(new RemoteError('refused', { adapter: 'memory', retryable: true }))
          : collection.upsert(records, options);
      },
    }));
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(2000)),
      target,
      maxRetries: 12,
      retryDelaySeconds: 0,
    });
    expect(await migrator.migrate({ sourceCollection: 'docs', batchSize: 100 })).toMatchObject({
      success: true,
      vectorsMigrated: 2000,
    });
  });

  it('obeys the pause that the database asks for', async () => {
    let asked = 0;
    let again = 0;
    const target = alterCollections(createMemory(), (collection) => ({
      upsert: (records, options) => {
        if (asked === 0) {
          asked = performance.now();
          return Promise.reject(
            new RemoteError('slow down', { adapter: 'memory', retryable: true, status: 429, retryAfterMs: 150 }),
          );
        }
        again ||= performance.now();
        return collection.upsert(records, options);
      },
    }));
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(10)),
      target,
      retryDelaySeconds: 0,
    });
    await migrator.migrate({ sourceCollection: 'docs', concurrency: 1 });
    expect(again - asked).toBeGreaterThanOrEqual(149);
  });

  it('halves batches that are too large, down to the one record that is', async () => {
    const memory = createMemory();
    const sizes: number[] = [];
    const target = alterCollections(memory, (collection) => ({
      upsert: (records, options) => {
        sizes.push(records.length);
        const fits = records.length <= 30 && !records.some(({ id }) => id === 'record-77');
        return fits
          ? collection.upsert(records, options)
          : Promise.reject(
              new RemoteError('413', { adapter: 'memory', retryable: false, status: 413, tooLarge: true }),
            );
      },
    }));
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(200)), target });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100, concurrency: 1 });
    expect(result).toMatchObject({
      vectorsMigrated: 199,
      vectorsFailed: 1,
      rejected: [{ id: 'record-77', reason: 'too-large' }],
    });
    expect(result.verification).toMatchObject({ passed: true });
    expect(Math.min(...sizes)).toBe(1);
  });

  it('does not call itself done when the source changed under it', async () => {
    const source = await filledMemory(makeRecords(1000));
    const inner = await source.openCollection('docs');
    let pages = 0;
    const moving = alterCollections(source, (collection: CollectionV1) => ({
      scan: async (request, options) => {
        pages += 1;
        if (pages === 4) {
          await inner.delete(['record-0', 'record-999']);
          await inner.upsert([{ id: 'late', vectors: { '': [1, 2, 3, 4] }, metadata: {} }]);
        }
        return collection.scan(request, options);
      },
    }));
    const migrator = new VectorStoreMigrator({ source: moving, target: createMemory() });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 50, concurrency: 1 });
    expect(result.success).toBe(false);
    expect(result.verification).toMatchObject({ passed: false, missing: 1 });
    const repaired = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
    expect(repaired).toMatchObject({ success: true, verification: { passed: true } });
  });

  it('keeps to the caps that are asked for', async () => {
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(400)),
      target: createMemory(),
      validate: false,
    });
    const started = performance.now();
    await migrator.migrate({ sourceCollection: 'docs', batchSize: 50, maxRecordsPerSecond: 1000 });
    // The first write does not wait, so seven pauses of 50 ms each.
    expect(performance.now() - started).toBeGreaterThanOrEqual(340);
  });
});
