import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { createMilvus } from '@vsm/adapter-milvus';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createWeaviate } from '@vsm/adapter-weaviate';
import { VectorStoreMigrator, type MetadataValue, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { Float } from '@vsm/core/adapter';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma } from '@vsm/service-chroma';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { allRecords } from '../engine/stores.ts';

// Milvus has no stand-in: npm run test:servers -- milvus-lite weaviate
const milvusUrl = process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'];
const weaviateUrl = process.env['WEAVIATE_URL'];
const name = `vsm-chain-${process.pid}`;

async function move(
  source: VectorStoreV1,
  from: string,
  target: VectorStoreV1,
  to: string,
): Promise<readonly string[]> {
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const options = { sourceCollection: from, targetCollection: to };
  const { losses } = await migrator.plan(options);
  const result = await migrator.migrate({ ...options, allowLoss: losses.map((loss) => loss.name) });
  expect(result.errors).toEqual([]);
  expect(result).toMatchObject({ success: true, vectorsFailed: 0, rejected: [] });
  return losses.map((loss) => loss.name);
}

const byId = (
  records: readonly VectorRecord[],
): Map<string, { readonly vector: Float32Array; readonly metadata: unknown }> =>
  new Map(
    records.map(({ id, vectors, metadata, document, uri }) => [
      id,
      { vector: Float32Array.from(vectors[''] as number[]), metadata, document, uri },
    ]),
  );

function kept<Store extends VectorStoreV1>(store: Store): Store {
  onTestFinished(() => store.close());
  return store;
}

/** Qdrant scales to length 1 in float32. */
const ROUNDING = 1e-6;

function unit(vector: Float32Array): number[] {
  const length = Math.hypot(...vector);
  return Array.from(vector, (component) => component / length);
}

/** The ids of records that differ by more than the length of their vectors: a list that is short to print. */
function differing(before: ReturnType<typeof byId>, after: ReturnType<typeof byId>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => {
    const [one, other] = [before.get(id), after.get(id)];
    if (one === undefined || other === undefined || one.vector.length !== other.vector.length) return true;
    const direction = unit(other.vector);
    const isNear = unit(one.vector).every((component, at) => Math.abs(component - (direction[at] ?? NaN)) < ROUNDING);
    return !isNear || !isDeepStrictEqual({ ...one, vector: [] }, { ...other, vector: [] });
  });
}

/** A store of each kind, one behind the other, the last one Chroma again. */
async function openChain(): Promise<readonly (readonly [VectorStoreV1, string])[]> {
  const [chroma, qdrant, weaviate, folder] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    weaviateUrl === undefined ? startWeaviateEmulator() : undefined,
    mkdtemp(join(tmpdir(), 'vsm-chain-')),
  ]);
  onTestFinished(async () => {
    await Promise.all([chroma.stop(), qdrant.close(), weaviate?.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const served = [
    [createWeaviate({ url: weaviateUrl ?? weaviate?.url }), name],
    [createMilvus({ url: milvusUrl }), name],
  ] as const;
  for (const [store, collection] of served) {
    kept(store);
    onTestFinished(() => store.dropCollection?.(collection));
  }
  return [
    [kept(createChroma({ url: chroma.url })), 'chain'],
    ...served,
    [kept(createQdrant({ url: qdrant.url })), 'chain'],
    [kept(createPgvector({ dataDir: join(folder, 'db') })), 'chain'],
    [kept(createChroma({ url: chroma.url })), 'chain-again'],
    [createMemory(), 'chain'],
  ];
}

/** Moves a collection from store to store, and returns what the plans listed as lost and where the records are in the end. */
async function goAlong(source: VectorStoreV1, from: string): Promise<{ lost: string[]; end: VectorStoreV1 }> {
  const lost: string[] = [];
  let [store, collection]: readonly [VectorStoreV1, string] = [source, from];
  for (const [target, to] of await openChain()) {
    lost.push(...(await move(store, collection, target, to)));
    [store, collection] = [target, to];
  }
  return { lost, end: store };
}

it('a thousand real records through Chroma, Weaviate, Milvus, Qdrant, Postgres and Chroma are the same but for the length of vectors', async () => {
  const file = createFile({ path: join(import.meta.dirname, '../../examples/demo/debian-packages-1k.parquet') });
  const from = 'debian-packages-1k';
  const { lost, end } = await goAlong(file, from);
  const [before, after] = [byId(await allRecords(file, from)), byId(await allRecords(end, 'chain'))];
  expect(before.size).toBe(1000);
  // Qdrant scales vectors under cosine, and says so before.
  expect(lost.filter((loss) => loss !== 'vector-length')).toEqual([]);
  expect(differing(before, after)).toEqual([]);
}, 600_000);

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => one.isWellFormed());
const value = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.integer().map((whole) => new Float(whole)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((double) => !Number.isSafeInteger(double)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const SEED = 20261126;
const full = text.filter((one) => one !== '');
// Few: the adapter finds them by a query each, and Milvus waits at least 0.2 s before it answers one.
const namespaces = fc.sample(full, { numRuns: 8, seed: SEED });
const record = fc.record({
  id: full,
  namespace: fc.option(fc.constantFrom(...namespaces), { nil: undefined }),
  vector: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 4 }),
  metadata: fc.dictionary(text, value, { maxKeys: 5 }),
  document: fc.option(text, { nil: undefined }),
});

it('a thousand odd records come back from the same chain as they were', async () => {
  const drawn = fc.sample(record, { numRuns: 1000, seed: SEED });
  const records = new Map(
    drawn.map(({ vector, namespace, id, ...rest }) => [
      JSON.stringify([namespace, id]),
      { ...rest, id, namespace, vectors: { '': Float32Array.from(vector) } },
    ]),
  );
  const source = createMemory();
  const vectors = { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } } as const;
  await source.createCollection({ name: 'odd', vectors, namespaces: true });
  await (await source.openCollection('odd')).upsert([...records.values()]);
  const { lost, end } = await goAlong(source, 'odd');
  expect(lost).toEqual([]);
  const sorted = async (store: VectorStoreV1, collection: string): Promise<unknown[]> =>
    (await allRecords(store, collection))
      .map(({ id, namespace = '', ...rest }) => [namespace, id, rest.vectors, rest.metadata, rest.document] as const)
      .toSorted((left, right) => (left[0] + left[1] < right[0] + right[1] ? -1 : 1));
  expect(await sorted(end, 'chain')).toEqual(await sorted(source, 'odd'));
}, 600_000);
