import type { Capabilities, VectorRecord, VectorStoreV1 } from '@vsm/core';

/** When processes are killed: at random, or soon after they say that they are there. */
export const MOMENTS = ['any', 'syncing', 'finishing', 'verifying'] as const;
export type Moment = (typeof MOMENTS)[number];

export function isMoment(word: string): word is Moment {
  return MOMENTS.some((moment) => moment === word);
}

const DIMENSION = 64;

/** A number, or a UUID where a store knows no others. */
function idOf(index: number, { ids }: Capabilities): string {
  return ids.some((kind) => kind !== 'uuid')
    ? String(index)
    : `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function makeRecord(index: number, version: number, capabilities: Capabilities): VectorRecord {
  const component = (at: number): number => Math.sin(version + index * DIMENSION + at);
  return {
    id: idOf(index, capabilities),
    vectors: { '': Float32Array.from({ length: DIMENSION }, (_, at) => component(at)) },
    metadata: { index, even: index % 2 === 0, name: `record ${index}`, version },
    document: `text of ${index}`,
  };
}

export async function fill(store: VectorStoreV1, count: number): Promise<void> {
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } },
  });
  await write(store, 0, count, 1);
}

/** A third is replaced, a tenth goes, and as many come: what a synchronisation has to do. */
export async function change(store: VectorStoreV1, count: number): Promise<void> {
  const tenth = Math.floor(count / 10);
  await write(store, 0, Math.floor(count / 3), 2);
  const gone = Array.from({ length: tenth }, (_, at) => idOf(count - 1 - at, store.capabilities));
  const collection = await store.openCollection('docs');
  await collection.delete(gone);
  await write(store, count, count + tenth, 1);
}

async function write(store: VectorStoreV1, from: number, to: number, version: number): Promise<void> {
  const collection = await store.openCollection('docs');
  for (let start = from; start < to; start += 1000) {
    const size = Math.min(1000, to - start);
    await collection.upsert(
      Array.from({ length: size }, (_, offset) => makeRecord(start + offset, version, store.capabilities)),
    );
  }
  await collection.flush?.();
}
