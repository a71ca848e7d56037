import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startPineconeEmulator, type PineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';

let folder: string;
let chroma: ChromaServer;
let qdrant: QdrantEmulator;
let pinecone: PineconeEmulator;
beforeAll(async () => {
  [folder, chroma, qdrant, pinecone] = await Promise.all([
    mkdtemp(join(tmpdir(), 'vsm-chain-')),
    startChroma(),
    startQdrantEmulator(),
    startPineconeEmulator(),
  ]);
});
afterAll(async () => {
  await Promise.all([chroma.stop(), qdrant.close(), pinecone.close()]);
  await rm(folder, { recursive: true, force: true });
});

it('a thousand real records go from Chroma over Qdrant, Pinecone and Postgres back to Chroma unchanged', async () => {
  const file = createFile({ path: join(import.meta.dirname, '../../examples/demo/debian-packages-1k.parquet') });
  const stores: readonly (readonly [VectorStoreV1, string])[] = [
    [file, 'debian-packages-1k'],
    [createChroma({ url: chroma.url }), 'packages'],
    [createQdrant({ url: qdrant.url }), 'packages'],
    [createPinecone({ apiKey: 'test', controllerHost: pinecone.url }), 'packages'],
    [createPgvector({ dataDir: join(folder, 'db') }), 'packages'],
    [createChroma({ url: chroma.url }), 'packages-again'],
    [createFile({ path: join(folder, 'files'), format: 'jsonl' }), 'packages'],
  ];
  for (const [index, [target, targetCollection]] of stores.entries()) {
    const [source, sourceCollection] = stores[index - 1] ?? [];
    if (source === undefined || sourceCollection === undefined) continue;
    const result = await new VectorStoreMigrator({ source, target }).migrate({ sourceCollection, targetCollection });
    expect(result.rejected).toEqual([]);
    expect(result.verification?.differences).toEqual([]);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1000 });
  }
  const byId = (records: readonly VectorRecord[]): Map<string, unknown> =>
    new Map(
      records.map(({ id, vectors, metadata, document }) => [
        id,
        { vector: Float32Array.from(vectors[''] as Float32Array), metadata, document },
      ]),
    );
  const last = stores.at(-1)?.[0];
  const restored = byId(last === undefined ? [] : await allRecords(last, 'packages'));
  expect(restored).toEqual(byId(await allRecords(file, 'debian-packages-1k')));
  await Promise.all(stores.map(([store]) => store.close()));
});
