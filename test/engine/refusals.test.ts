import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, VsmError, type FilterShorthand, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords, alterCollections, filledMemory, makeRecords, plainSchema } from './stores.ts';

async function refusal(work: Promise<unknown>): Promise<VsmError> {
  try {
    await work;
  } catch (error) {
    if (VsmError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('it went through');
}

/** Fails the test if anything is created or written. */
function untouchable(store: VectorStoreV1): VectorStoreV1 {
  return {
    ...alterCollections(store, () => ({
      upsert: () => Promise.reject(new Error('something was written')),
      delete: () => Promise.reject(new Error('something was deleted')),
      beginBulkLoad: () => Promise.reject(new Error('index settings were changed')),
    })),
    createCollection: () => Promise.reject(new Error('a collection was created')),
    dropCollection: () => Promise.reject(new Error('a collection was dropped')),
  };
}

describe('a migration that cannot be right is refused before the first write', () => {
  it('names an unknown source collection, suggests the nearest, and creates nothing anywhere', async () => {
    const source = untouchable(await filledMemory(makeRecords(3)));
    const target = untouchable(createMemory());
    const error = await refusal(new VectorStoreMigrator({ source, target }).migrate({ sourceCollection: 'dosc' }));
    expect(error).toMatchObject({ name: 'CollectionNotFoundError', code: 'NOT_FOUND', collection: 'dosc' });
    expect(error.message).toContain('Did you mean "docs"?');
    expect(await target.listCollections()).toEqual([]);
    expect(await source.listCollections()).toEqual(['docs']);
  });

  it('writes to no file that somebody else made, and reads it without a word about that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-foreign-'));
    await writeFile(join(folder, 'docs.jsonl'), '{"id":"a","embedding":[1,2,3,4]}\n');
    const file = untouchable(createFile({ path: join(folder, 'docs.jsonl') }));
    const source = untouchable(await filledMemory(makeRecords(3)));
    const error = await refusal(
      new VectorStoreMigrator({ source, target: file }).migrate({ sourceCollection: 'docs' }),
    );
    expect(error).toMatchObject({ name: 'SchemaCompatibilityError' });
    expect(error.message).toMatch(/"docs" in file cannot be written to: it was not written by vsm, .*Nothing was/);
    const { warnings } = await new VectorStoreMigrator({ source: file, target: createMemory() }).plan({
      sourceCollection: 'docs',
    });
    expect(warnings.join()).not.toContain('not written by vsm');
    await file.close();
    await rm(folder, { recursive: true });
  });

  it('refuses the same place as source and target', async () => {
    const store = untouchable(await filledMemory(makeRecords(3)));
    const migrator = new VectorStoreMigrator({ source: store, target: store });
    expect(await refusal(migrator.migrate({ sourceCollection: 'docs' }))).toMatchObject({ name: 'ValidationError' });
    await expect(migrator.plan({ sourceCollection: 'docs', targetCollection: 'other' })).resolves.toMatchObject({
      createTarget: true,
    });
  });

  it('refuses an existing target of another dimension, naming both', async () => {
    const source = await filledMemory(makeRecords(3));
    const target = await filledMemory([], {
      ...plainSchema,
      vectors: { '': { kind: 'dense', dimension: 8, metric: 'cosine' } },
    });
    const error = await refusal(
      new VectorStoreMigrator({ source, target: untouchable(target) }).migrate({ sourceCollection: 'docs' }),
    );
    expect(error.name).toBe('SchemaCompatibilityError');
    expect(error.message).toMatch(/has 8 dimensions, but the source has 4/);
  });

  it('refuses an existing target of another metric, naming both', async () => {
    const source = await filledMemory(makeRecords(3));
    const target = await filledMemory([], {
      ...plainSchema,
      vectors: { '': { kind: 'dense', dimension: 4, metric: 'dot' } },
    });
    const error = await refusal(
      new VectorStoreMigrator({ source, target: untouchable(target) }).migrate({ sourceCollection: 'docs' }),
    );
    expect(error.name).toBe('SchemaCompatibilityError');
    expect(error.message).toMatch(/by dot, but the source by cosine/);
  });

  it('asks for a metric where it is unknown and matters, and takes the one that is given', async () => {
    const source = await filledMemory(makeRecords(3), {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 4 } },
    });
    const memory = createMemory();
    const target: VectorStoreV1 = {
      ...memory,
      effectiveCapabilities: async () => ({ ...memory.capabilities, keepsSchema: false }),
    };
    const migrator = new VectorStoreMigrator({ source, target });
    expect((await refusal(migrator.migrate({ sourceCollection: 'docs' }))).message).toMatch(
      /metric option: cosine, euclidean/,
    );
    expect(await target.listCollections()).toEqual([]);
    const result = await migrator.migrate({ sourceCollection: 'docs', metric: 'dot' });
    expect(result.metadata.plan.schema.vectors['']).toMatchObject({ metric: 'dot' });
  });

  it('does not invent a metric for a target that needs none', async () => {
    const source = await filledMemory(makeRecords(3), {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 4 } },
    });
    const result = await new VectorStoreMigrator({ source, target: createMemory() }).migrate({
      sourceCollection: 'docs',
    });
    expect(result).toMatchObject({ success: true, warnings: [] });
    expect(result.metadata.plan.schema.vectors['']).not.toHaveProperty('metric', expect.anything());
  });

  it('lists what the target cannot hold, and goes on only when it is allowed by name', async () => {
    const schema = {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' }, words: { kind: 'sparse' } },
    } as const;
    const records = makeRecords(5).map((record) => ({
      ...record,
      vectors: { ...record.vectors, words: { indices: [1, 7], values: [0.5, 2] } },
    }));
    const source = await filledMemory(records, schema);
    const memory = createMemory();
    const target: VectorStoreV1 = {
      ...memory,
      effectiveCapabilities: async () => ({ ...memory.capabilities, vectors: ['dense', 'named'] }),
    };
    const migrator = new VectorStoreMigrator({ source, target });
    const error = await refusal(migrator.migrate({ sourceCollection: 'docs' }));
    expect(error.name).toBe('SchemaCompatibilityError');
    expect(error.message).toMatch(/sparse-vectors: .*words.*5 of 5 sampled records/);
    expect(await target.listCollections()).toEqual([]);

    const result = await migrator.migrate({ sourceCollection: 'docs', allowLoss: ['sparse-vectors'] });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 5 });
    expect(Object.keys((await allRecords(target))[0]?.vectors ?? {})).toEqual(['']);
  });

  it.each([
    ['batchSize', { batchSize: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['level', { verify: 'everything' as 'values' }],
    ['filter', { filter: { year: { $gtee: 1 } } as unknown as FilterShorthand }],
  ])('refuses a bad %s', async (_what, options) => {
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(1)), target: createMemory() });
    expect(await refusal(migrator.migrate({ sourceCollection: 'docs', ...options }))).toMatchObject({
      name: 'ValidationError',
    });
  });
});

it('the plan says where vectors lose their length', async () => {
  const source = await filledMemory(makeRecords(10));
  const memory = createMemory();
  const target = {
    ...memory,
    effectiveCapabilities: async () => ({ ...memory.capabilities, normalizes: ['cosine'] as const }),
  };
  const { warnings } = await new VectorStoreMigrator({ source, target }).plan({ sourceCollection: 'docs' });
  expect(warnings).toContainEqual(expect.stringContaining('loses its length'));
});

it('the plan gives an unnamed vector a name where it cannot lie beside named ones', async () => {
  const source = await filledMemory([], {
    name: 'docs',
    vectors: {
      '': { kind: 'dense', dimension: 4, metric: 'cosine' },
      vector: { kind: 'dense', dimension: 2, metric: 'cosine' },
    },
  });
  const memory = createMemory();
  const target = {
    ...memory,
    effectiveCapabilities: async () => ({ ...memory.capabilities, unnamedVector: 'alone' as const }),
  };
  const plan = await new VectorStoreMigrator({ source, target }).plan({ sourceCollection: 'docs' });
  expect(plan.vectorNames).toEqual({ '': 'vector-2', vector: 'vector' });
  expect(plan.warnings).toContainEqual(expect.stringContaining('becomes vector "vector-2"'));
});
