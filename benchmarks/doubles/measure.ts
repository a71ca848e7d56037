import { readPages } from '@vsm/core';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';

const NAME = 'doubles';
const BATCH = 100;

/** Writes them into a new collection and reads it again. @returns how many come back as other doubles */
export async function countChanged(
  store: VectorStoreV1,
  records: readonly VectorRecord[],
  readFrom?: (name: string) => Promise<VectorStoreV1>,
): Promise<number> {
  const { metrics } = store.capabilities;
  // It may be a server that others use too.
  if ((await store.listCollections()).includes(NAME)) throw new Error(`it holds a collection "${NAME}" already`);
  await store.createCollection({
    name: NAME,
    vectors: { '': { kind: 'dense', dimension: 2, metric: metrics.find((metric) => metric === 'euclidean') } },
  });
  try {
    const collection = await store.openCollection(NAME);
    for (let at = 0; at < records.length; at += BATCH) {
      const { rejected } = await collection.upsert(records.slice(at, at + BATCH));
      if (rejected.length > 0) throw new Error(`${rejected.length} records refused: ${rejected[0]?.detail}`);
    }
    await collection.flush?.();
    if (readFrom === undefined) return await countOthers(store, records);
    const reading = await readFrom(NAME);
    try {
      return await countOthers(reading, records);
    } finally {
      await reading.close();
    }
  } finally {
    await store.dropCollection?.(NAME);
  }
}

async function countOthers(store: VectorStoreV1, records: readonly VectorRecord[]): Promise<number> {
  const given = new Map(records.map(({ id, metadata }) => [id, metadata]));
  let changed = 0;
  for await (const page of readPages(await store.openCollection(NAME), { limit: BATCH, include: ['metadata'] })) {
    for (const { id, metadata } of page) {
      const before = given.get(id);
      if (before === undefined) throw new Error(`record ${id} came that nobody wrote, or twice`);
      for (const key of Object.keys(before)) if (!Object.is(before[key], metadata[key])) changed += 1;
      given.delete(id);
    }
  }
  if (given.size > 0) throw new Error(`${given.size} records did not come back`);
  return changed;
}
