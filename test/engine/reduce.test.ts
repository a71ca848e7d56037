import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import {
  decodeRecord,
  isDense,
  migrate,
  plan,
  resume,
  verify,
  type CollectionSchema,
  type DenseVector,
  type MigrateOptions,
  type Reduction,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { allRecords, alterCollections, filledMemory, makeRecords } from './stores.ts';

const schema: CollectionSchema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 32, metric: 'cosine' } } };
const records = makeRecords(300, 32);
const allowLoss = ['vector-dimensions', 'vector-precision'] as const;

const denseOf = ({ vectors }: VectorRecord): readonly number[] => {
  const vector = vectors[''];
  return vector !== undefined && isDense(vector) ? [...vector] : [];
};
const length = (vector: DenseVector): number => Math.sqrt(Array.from(vector).reduce((sum, one) => sum + one * one, 0));
const cosine = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, one, at) => sum + one * (right[at] ?? 0), 0) / length(left) / length(right);

/** Moves all, and gives the vectors that arrived. */
async function moved(
  target: VectorStoreV1,
  reduce: Reduction,
  options: Partial<MigrateOptions> = {},
): Promise<ReadonlyMap<string, readonly number[]>> {
  const source = await filledMemory(records, schema);
  const base = { source, target, sourceCollection: 'docs', reduce, allowLoss, checkpoints: false, ...options } as const;
  expect(await migrate(base)).toMatchObject({
    success: true,
    vectorsMigrated: 300,
    verification: { passed: true, valuesCompared: 300, changed: 0 },
  });
  return new Map((await allRecords(target)).map(decodeRecord).map((record) => [record.id, denseOf(record)]));
}

describe('vectors are made smaller', () => {
  it('by their last dimensions, and have length 1', async () => {
    const found = await moved(createMemory(), { dimensions: 8 });
    for (const record of records) {
      const vector = found.get(record.id) ?? [];
      expect(vector).toHaveLength(8);
      expect(length(vector)).toBeCloseTo(1, 6);
      expect(cosine(vector, denseOf(record).slice(0, 8))).toBeCloseTo(1, 6);
    }
  });

  it('to halves in a table of Postgres and in Qdrant, cut or whole', async () => {
    const server = await startQdrantEmulator();
    onTestFinished(() => server.close());
    const database = await createPglite();
    onTestFinished(() => database.close());
    const table = createPgvector({ client: database });
    for (const [target, dimensions] of [
      [table, 8],
      [createQdrant({ url: server.url }), undefined],
    ] as const) {
      const found = await moved(target, { datatype: 'float16', dimensions });
      const { vectors } = await (await target.openCollection('docs')).describe();
      expect(vectors['']).toMatchObject({ dimension: dimensions ?? 32, datatype: 'float16' });
      for (const record of records) {
        expect(cosine(found.get(record.id) ?? [], denseOf(record).slice(0, dimensions))).toBeGreaterThan(0.999_99);
      }
    }
  });

  it('to bytes and to signs in Elasticsearch', async () => {
    const arrived = async (datatype: 'int8' | 'bit'): ReturnType<typeof moved> => {
      const server = await startElasticsearchEmulator();
      onTestFinished(() => server.close());
      return moved(createElasticsearch({ url: server.url }), { datatype });
    };
    const [bytes, bits] = [await arrived('int8'), await arrived('bit')];
    for (const record of records) {
      const before = denseOf(record);
      const vector = bytes.get(record.id) ?? [];
      expect(Math.max(...vector.map(Math.abs))).toBe(127);
      expect(cosine(vector, before)).toBeGreaterThan(0.999_9);
      expect(bits.get(record.id)).toEqual(before.map((one) => (one > 0 ? 1 : 0)));
    }
  });

  it('after they were computed, where both are asked for', async () => {
    const embed = {
      dimension: 16,
      embed: async (texts: readonly string[]) =>
        texts.map((text) => Array.from({ length: 16 }, (_, at) => Math.sin(text.length + at))),
    };
    const found = await moved(createMemory(), { dimensions: 8 }, { embed });
    expect([...found.values()].map((vector) => vector.length)).toEqual(records.map(() => 8));
  });

  it('in a run that is taken up without being told so, and no record twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-reduce-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const source = await filledMemory(records, schema);
    const target = createMemory();
    const abort = new AbortController();
    const dying = alterCollections(target, (collection) => ({
      async upsert(page, options) {
        const result = await collection.upsert(page, options);
        abort.abort();
        return result;
      },
    }));
    const base = { source, sourceCollection: 'docs', checkpoints: folder, batchSize: 50, concurrency: 1 } as const;
    const first = migrate({ ...base, target: dying, reduce: { dimensions: 8 }, allowLoss, signal: abort.signal });
    const { runId } = (await first.catch((error: unknown) => error)) as { readonly runId: string };
    const result = await resume({ source, target, checkpoints: folder, runId });
    expect(result).toMatchObject({ success: true, verification: { passed: true, valuesCompared: 300 } });
    expect((await allRecords(target)).every((record) => denseOf(record).length === 8)).toBe(true);
  });
});

describe('the plan', () => {
  const planned = async (reduce: Reduction, target: VectorStoreV1 = createMemory(), vectors = schema.vectors) =>
    plan({
      source: await filledMemory(records.slice(0, 0), { ...schema, vectors }),
      target,
      sourceCollection: 'docs',
      reduce,
      estimate: false,
    });

  it('lists what is lost by name, with what the sample says of it, and nothing is written without a yes', async () => {
    const source = await filledMemory(records, schema);
    const target = createMemory();
    const base = { source, target, sourceCollection: 'docs', reduce: { dimensions: 8, datatype: 'float16' } } as const;
    const { losses, schema: made } = await plan({ ...base, estimate: false });
    expect(losses).toEqual([
      { name: 'vector-dimensions', detail: expect.stringMatching(/first 8 of its 32 .*at least \d+ %/) as string },
      {
        name: 'vector-precision',
        detail: expect.stringMatching(/becomes float16, but is float32; .* at least 0\.99999/) as string,
      },
    ]);
    expect(made.vectors['']).toMatchObject({ dimension: 8, datatype: 'float16', metric: 'cosine' });
    await expect(migrate({ ...base, allowLoss: ['vector-precision'] })).rejects.toThrow(/allow it by name: vector-dim/);
    expect(await target.listCollections()).toEqual([]);
  });

  it.each<[Reduction, RegExp]>([
    [{}, /says nothing to make smaller/],
    [{ dimensions: 0 }, /whole number of at least 1/],
    [{ dimensions: 64 }, /has 32 dimensions, and cannot be cut to 64/],
    [{ datatype: 'uint8' as 'int8' }, /cannot be changed to "uint8"/],
    [{ dimensions: 8, vector: 'title' }, /no dense vector "title"/],
  ])('refuses %o', async (reduce, message) => {
    await expect(planned(reduce)).rejects.toThrow(message);
  });

  it('refuses a datatype that the target does not have', async () => {
    const memory = createMemory();
    const datatypes = ['float32', 'float16'] as const;
    const target = { ...memory, effectiveCapabilities: async () => ({ ...memory.capabilities, datatypes }) };
    await expect(planned({ datatype: 'bfloat16' }, target)).rejects.toThrow(
      'cannot become bfloat16: memory has float32, float16.',
    );
  });

  it('asks which one is meant, and leaves the others as they are', async () => {
    const vectors = { title: schema.vectors[''], body: schema.vectors[''] } as CollectionSchema['vectors'];
    await expect(planned({ dimensions: 8 }, undefined, vectors)).rejects.toThrow(/which vector .*"title", "body"/);
    const { schema: made } = await planned({ dimensions: 8, vector: 'body' }, undefined, vectors);
    expect(made.vectors).toMatchObject({ title: { dimension: 32 }, body: { dimension: 8 } });
  });

  it('refuses a target that keeps other numbers, and bytes where lengths count', async () => {
    const target = await filledMemory([], schema);
    await expect(planned({ datatype: 'float16' }, target)).rejects.toThrow(/existing collection keeps it as float32/);
    const server = await startElasticsearchEmulator();
    onTestFinished(() => server.close());
    const dot = { '': { kind: 'dense', dimension: 32, metric: 'dot' } } as const;
    const bytes = planned({ datatype: 'int8' }, createElasticsearch({ url: server.url }), dot);
    await expect(bytes).rejects.toThrow(/compared by dot: its length is lost/);
  });
});

it('verification finds a vector that is not the cut of its own, and a record that cannot be cut is rejected by name', async () => {
  const source = await filledMemory(
    [
      ...records,
      { id: 'zeros', vectors: { '': Array.from({ length: 32 }, (_, at) => (at < 8 ? 0 : 1)) }, metadata: {} },
    ],
    schema,
  );
  const target = createMemory();
  const base = { source, target, sourceCollection: 'docs', reduce: { dimensions: 8 }, checkpoints: false } as const;
  const { rejected, verification } = await migrate({ ...base, allowLoss: [...allowLoss, 'rejected-records'] });
  expect(rejected).toMatchObject([{ id: 'zeros', detail: expect.stringMatching(/nothing but zeros/) as string }]);
  expect(verification).toMatchObject({ passed: true, expectedCount: 300 });
  const docs = await target.openCollection('docs');
  const [one, other] = await docs.fetch(['record-1', 'record-2']);
  if (one === undefined || other === undefined) throw new Error('both were written');
  await docs.upsert([{ ...one, vectors: other.vectors }]);
  expect(await verify(base)).toMatchObject({
    passed: false,
    changed: 1,
    differences: [{ id: one.id, field: 'vector' }],
  });
});
