import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type CollectionSchema } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { filledMemory, makeRecords } from './stores.ts';

describe('estimate', () => {
  it('rests on pages it has read', async () => {
    const source = await filledMemory(makeRecords(5000));
    const migrator = new VectorStoreMigrator({ source, target: createMemory() });
    const estimated = await migrator.estimate({ collectionName: 'docs', batchSize: 100, probe: false });
    expect(estimated).toMatchObject({
      totalVectors: 5000,
      estimatedBatches: 50,
      sourceDimension: 4,
      targetDimension: undefined,
      compatible: true,
    });
    expect(estimated.vectorsPerSecond).toBeGreaterThan(0);
    expect(estimated.estimatedDurationSeconds).toBeCloseTo(5000 / estimated.vectorsPerSecond);
    expect(estimated.bytes).toBeGreaterThan(5000 * 4 * 4);
    expect(estimated.basis).toMatch(/300 records read/);
  });

  it('moves some records into scratch collections of the target, and removes these', async () => {
    const source = await filledMemory(makeRecords(5000));
    const target = createMemory();
    const made: string[] = [];
    const watched = {
      ...target,
      createCollection: (schema: CollectionSchema) => {
        made.push(schema.name);
        return target.createCollection(schema);
      },
    };
    const estimated = await new VectorStoreMigrator({ source, target: watched }).estimate({ collectionName: 'docs' });
    expect(made).toHaveLength(2);
    expect(made.every((name) => name.startsWith('vsm-probe-'))).toBe(true);
    expect(await target.listCollections()).toEqual([]);
    expect(estimated.basis).toMatch(/^3000 records moved into scratch collections/);
    const [least, most] = estimated.durationRangeSeconds;
    expect(least).toBeLessThan(estimated.estimatedDurationSeconds);
    expect(most).toBeGreaterThan(estimated.estimatedDurationSeconds);
  });

  it('tells the dimension of a target that cannot take it', async () => {
    const target = await filledMemory([], {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 8, metric: 'cosine' } },
    });
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(5)), target });
    expect(await migrator.estimate({ collectionName: 'docs' })).toMatchObject({
      compatible: false,
      sourceDimension: 4,
      targetDimension: 8,
    });
  });
});
