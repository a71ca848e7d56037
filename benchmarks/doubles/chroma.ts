import type { VectorRecord } from '@vsm/core/adapter';
import { ChromaClient } from 'chromadb';

const BATCH = 100;
const NAME = 'refused';

/** How many doubles change when they are written as any client would. */
export async function countChangedInChroma(url: string, all: readonly VectorRecord[]): Promise<number> {
  const { hostname, port } = new URL(url);
  const client = new ChromaClient({ host: hostname, port: Number(port) });
  const collection = await client.createCollection({ name: NAME, embeddingFunction: null });
  let changed = 0;
  for (let at = 0; at < all.length; at += BATCH) {
    const records = all.slice(at, at + BATCH);
    const ids = records.map(({ id }) => id);
    const metadatas = records.map(({ metadata }) => metadata as Record<string, number>);
    await collection.upsert({ ids, metadatas, embeddings: records.map(() => [1, 0]) });
    const found = await collection.get({ ids, include: ['metadatas'] });
    const byId = new Map(found.ids.map((id, index) => [id, found.metadatas[index]]));
    for (const { id, metadata } of records) {
      changed += Object.keys(metadata).filter((key) => !Object.is(metadata[key], byId.get(id)?.[key])).length;
    }
  }
  await client.deleteCollection({ name: NAME });
  return changed;
}
