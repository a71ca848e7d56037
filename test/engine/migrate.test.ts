import { createMemory } from '@vsm/adapter-memory';
import { dropRecord, estimate, migrate, RemoteError, VectorStoreMigrator, type MigrationProgress } from '@vsm/core';
import { describe, expect, it, vi } from 'vitest';
import { allRecords, alterCollections, filledMemory, makeRecords } from './stores.ts';

describe('migrate', () => {
  it('moves every record, and its result adds up', async () => {
    const records = makeRecords(2345);
    const source = await filledMemory(records);
    const target = createMemory();
    const seen: MigrationProgress[] = [];
    const migrator = new VectorStoreMigrator({ source, target, onProgress: (progress) => seen.push(progress) });
    const result = await migrator.migrate({
      sourceCollection: 'docs',
      targetCollection: 'copy',
      batchSize: 100,
      verify: 'search',
    });
    expect(result).toMatchObject({
      success: true,
      vectorsMigrated: 2345,
      vectorsFailed: 0,
      successRate: 100,
      sourceCollection: 'docs',
      targetCollection: 'copy',
      errors: [],
      rejected: [],
      verification: { passed: true, level: 'search', expectedCount: 2345, targetCount: 2345, valuesCompared: 2345 },
    });
    expect(new Map((await allRecords(target, 'copy')).map((record) => [record.id, record]))).toEqual(
      new Map((await allRecords(source)).map((record) => [record.id, record])),
    );
    expect(seen.map(({ phase }) => phase)).toContain('copying');
    expect(seen.at(-1)).toMatchObject({ phase: 'done', percentage: 100, vectorsProcessed: 2345 });
    const copied = seen.filter(({ phase }) => phase === 'copying').at(-1);
    expect(copied).toMatchObject({ vectorsProcessed: 2345, totalVectors: 2345, percentage: 100 });
  });

  it('moves an empty collection', async () => {
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory([]), target });
    expect(await migrator.migrate({ sourceCollection: 'docs' })).toMatchObject({
      success: true,
      vectorsMigrated: 0,
      successRate: 100,
    });
    expect(await target.listCollections()).toEqual(['docs']);
  });

  it('moves what a filter selects, and verifies just that', async () => {
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(100)), target });
    const result = await migrator.migrate({ sourceCollection: 'docs', filter: { even: true, index: { $gte: 50 } } });
    expect(result).toMatchObject({
      success: true,
      vectorsMigrated: 25,
      verification: { passed: true, expectedCount: 25 },
    });
    expect((await allRecords(target)).every(({ metadata }) => metadata['even'] === true)).toBe(true);
  });

  it('writes nothing in a dry run', async () => {
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(50)), target });
    const result = await migrator.migrate({ sourceCollection: 'docs', dryRun: true });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 50, metadata: { dryRun: true, vectorsRead: 50 } });
    expect(await target.listCollections()).toEqual([]);
  });

  it('foretells in a dry run how many records the real run moves, and how long it takes, on a stated basis', async () => {
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(500)), target });
    const filter = { even: true };
    const dry = await migrator.migrate({ collectionName: 'docs', filter, dryRun: true });
    expect(dry.durationSeconds).toBe(2 * dry.metadata.copySeconds);
    expect(dry.metadata.dryRunSeconds).toBeGreaterThanOrEqual(dry.metadata.copySeconds);
    expect(dry.metadata.dryRunBasis).toMatch(/250 records.*writing was not measured/);
    const real = await migrator.migrate({ collectionName: 'docs', filter });
    expect(real.vectorsMigrated).toBe(dry.vectorsMigrated);
    expect(real.metadata.dryRunBasis).toBeUndefined();
  });

  it('takes the name of the source collection by either of its names, and refuses both and neither', async () => {
    const source = await filledMemory(makeRecords(20));
    const both = { sourceCollection: 'docs', collectionName: 'docs' } as unknown as { sourceCollection: string };
    expect(await migrate({ source, target: createMemory(), collectionName: 'docs' })).toMatchObject({ success: true });
    expect(await estimate({ source, target: createMemory(), sourceCollection: 'docs', probe: false })).toMatchObject({
      totalVectors: 20,
    });
    await expect(migrate({ source, target: createMemory(), ...both })).rejects.toThrow(/not both/);
    const neither = {} as unknown as { sourceCollection: string };
    await expect(migrate({ source, target: createMemory(), ...neither })).rejects.toThrow(
      /sourceCollection is missing/,
    );
  });

  it('tells the time that is left from the moment on at which copying begins', async () => {
    const told: MigrationProgress[] = [];
    const onProgress = (progress: MigrationProgress): void => void told.push(progress);
    await migrate({
      source: await filledMemory(makeRecords(500)),
      target: createMemory(),
      sourceCollection: 'docs',
      onProgress,
    });
    const planning = told.filter(({ phase }) => phase === 'planning');
    expect(planning.every(({ etaSeconds }) => etaSeconds === undefined)).toBe(true);
    const later = told.filter(({ phase }) => phase !== 'planning');
    expect(later.length).toBeGreaterThan(2);
    expect(later.every(({ etaSeconds }) => Number.isFinite(etaSeconds))).toBe(true);
  });

  it('leaves records of a filled target alone, and replaces those of equal id', async () => {
    const target = await filledMemory([
      ...makeRecords(3).map((record) => ({ ...record, metadata: { old: true } })),
      { id: 'own', vectors: { '': [1, 2, 3, 4] }, metadata: {} },
    ]);
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(3)), target });
    const result = await migrator.migrate({ sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: true, verification: { passed: true, extra: 0 } });
    expect(result.warnings.join()).toMatch(/holds 4 records already/);
    const after = await allRecords(target);
    expect(after).toHaveLength(4);
    expect(after.filter(({ metadata }) => metadata['old'] === true)).toEqual([]);
  });

  it('keeps equal ids of two namespaces apart, also where the target has none', async () => {
    const records = makeRecords(4).flatMap((record) => [record, { ...record, namespace: 'a/b' }]);
    const source = await filledMemory(records);
    const flat = createMemory();
    const without = { ...flat, effectiveCapabilities: async () => ({ ...flat.capabilities, namespaces: false }) };
    const there = await new VectorStoreMigrator({ source, target: without }).migrate({ sourceCollection: 'docs' });
    expect(there.verification?.differences).toEqual([]);
    expect(there).toMatchObject({ success: true, vectorsMigrated: 8, verification: { passed: true } });
    const back = createMemory();
    const returning = new VectorStoreMigrator({ source: flat, target: back });
    // A store that has namespaces only where they are asked for is told.
    expect((await returning.plan({ sourceCollection: 'docs' })).schema.namespaces).toBe(true);
    expect(await returning.migrate({ sourceCollection: 'docs' })).toMatchObject({ success: true, vectorsMigrated: 8 });
    const key = ({ id, namespace }: { id: string; namespace?: string | undefined }): string =>
      `${namespace ?? ''}:${id}`;
    expect(new Set((await allRecords(back)).map(key))).toEqual(new Set(records.map(key)));
    const next = createMemory();
    const nextWithout = { ...next, effectiveCapabilities: without.effectiveCapabilities };
    const onward = await new VectorStoreMigrator({ source: flat, target: nextWithout }).migrate({
      sourceCollection: 'docs',
    });
    expect(onward).toMatchObject({ success: true, vectorsMigrated: 8, rejected: [], verification: { passed: true } });
  });

  it('applies a transform, and counts what it leaves out', async () => {
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(20)), target });
    const result = await migrator.migrate({
      sourceCollection: 'docs',
      transform: async (record) =>
        record.metadata['even'] === true ? { ...record, metadata: { moved: true } } : dropRecord('odd'),
    });
    expect(result).toMatchObject({
      success: true,
      vectorsMigrated: 10,
      metadata: { vectorsDropped: 10, droppedReasons: { odd: 10 } },
    });
    expect((await allRecords(target)).map(({ metadata }) => metadata)).toEqual(
      Array.from({ length: 10 }, () => ({ moved: true })),
    );
  });

  it('repeats calls that failed for a passing reason, and no others', async () => {
    let calls = 0;
    const flaky = alterCollections(createMemory(), (collection) => ({
      upsert: (records, options) => {
        calls += 1;
        if (calls % 2 === 1) return Promise.reject(new RemoteError('busy', { adapter: 'memory', retryable: true }));
        return collection.upsert(records, options);
      },
    }));
    const source = await filledMemory(makeRecords(300));
    const migrator = new VectorStoreMigrator({ source, target: flaky, retryDelaySeconds: 0 });
    expect(await migrator.migrate({ sourceCollection: 'docs', batchSize: 100, concurrency: 1 })).toMatchObject({
      success: true,
      vectorsMigrated: 300,
      metadata: { retries: 3 },
    });

    calls = 0;
    const broken = alterCollections(createMemory(), () => ({
      upsert: () => {
        calls += 1;
        return Promise.reject(new RemoteError('wrong', { adapter: 'memory', retryable: false }));
      },
    }));
    const failing = new VectorStoreMigrator({ source, target: broken, retryDelaySeconds: 0 });
    await expect(failing.migrate({ sourceCollection: 'docs', concurrency: 1 })).rejects.toThrow('wrong');
    expect(calls).toBe(1);
  });

  it('does not take a write for done of which the store accounts for less than it was given', async () => {
    const silent = alterCollections(createMemory(), (collection) => ({
      upsert: async (records, options) => collection.upsert(records.slice(1), options),
    }));
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(10)), target: silent });
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toThrow(/unaccounted for/);
  });

  it('ends with the run id when it is aborted, after the write that was under way', async () => {
    const stop = new AbortController();
    const target = createMemory();
    const migrator = new VectorStoreMigrator({
      source: await filledMemory(makeRecords(1000)),
      target,
      onProgress: ({ vectorsProcessed }) => {
        if (vectorsProcessed >= 100) stop.abort();
      },
    });
    const error = await migrator
      .migrate({ sourceCollection: 'docs', batchSize: 50, signal: stop.signal })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'MigrationInterruptedError', code: 'INTERRUPTED' });
    expect((error as { runId: string }).runId).toMatch(/^\d{8}T\d{6}-[0-9a-f]{6}$/);
    const written = (await allRecords(target)).length;
    expect(written).toBeGreaterThanOrEqual(100);
    expect(written).toBeLessThan(1000);
  });

  it('does not wait for a write that never ends once it is aborted', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stop = new AbortController();
      const { promise: writing, resolve: began } = Promise.withResolvers<void>();
      const stuck = alterCollections(createMemory(), () => ({
        upsert: () => {
          began();
          return new Promise<never>(() => undefined);
        },
      }));
      const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(10)), target: stuck });
      const run = migrator.migrate({ sourceCollection: 'docs', signal: stop.signal });
      const ended = run.catch((caught: unknown) => caught);
      await writing;
      stop.abort();
      await vi.advanceTimersByTimeAsync(5000);
      expect(await ended).toMatchObject({ code: 'INTERRUPTED', resumable: true });
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves building the indexes to whoever resumes it once it is aborted', async () => {
    const calls: string[] = [];
    const stop = new AbortController();
    const memory = createMemory();
    const target = alterCollections(memory, (collection) => ({
      prepareBulkLoad: async () => 7,
      beginBulkLoad: async () => {
        calls.push('begin');
      },
      endBulkLoad: async () => {
        calls.push('end');
      },
      upsert: (records, options) => {
        if (calls.length === 1) stop.abort();
        return collection.upsert(records, options);
      },
    }));
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(100)), target });
    const run = migrator.migrate({ sourceCollection: 'docs', batchSize: 10, signal: stop.signal });
    const error = await run.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'INTERRUPTED', resumable: true });
    expect(calls).toEqual(['begin']);
    const result = await migrator.resume((error as { runId: string }).runId);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 100 });
    expect(calls).toEqual(['begin', 'begin', 'end']);
  });

  it('restores the index settings whether it succeeds or fails', async () => {
    for (const fails of [false, true]) {
      const calls: string[] = [];
      const target = alterCollections(createMemory(), (collection) => ({
        prepareBulkLoad: async () => {
          calls.push('prepare');
          return { token: 7 };
        },
        beginBulkLoad: async (token) => {
          calls.push(`begin ${JSON.stringify(token)}`);
        },
        endBulkLoad: async (token) => {
          calls.push(`end ${JSON.stringify(token)}`);
        },
        upsert: (records, options) =>
          fails ? Promise.reject(new Error('broken')) : collection.upsert(records, options),
      }));
      const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(10)), target });
      const outcome = await migrator.migrate({ sourceCollection: 'docs' }).catch(() => 'failed');
      expect(outcome === 'failed').toBe(fails);
      expect(calls).toEqual(['prepare', 'begin {"token":7}', 'end {"token":7}']);
    }
  });
});
