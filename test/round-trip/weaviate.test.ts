import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createWeaviate } from '@vsm/adapter-weaviate';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startWeaviateEmulator, type WeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';

let server: ChromaServer;
let emulator: WeaviateEmulator;
let folder: string;
let postgres: VectorStoreV1;
beforeAll(async () => {
  [server, emulator, folder] = await Promise.all([
    startChroma(),
    startWeaviateEmulator(),
    mkdtemp(join(tmpdir(), 'vsm-test-')),
  ]);
  postgres = createPgvector({ dataDir: join(folder, 'db') });
});
afterAll(async () => {
  await Promise.all([postgres.close(), server.stop(), emulator.close()]);
  await rm(folder, { recursive: true, force: true });
});

async function move(source: VectorStoreV1, from: string, target: VectorStoreV1, to: string): Promise<void> {
  const migrator = new VectorStoreMigrator({ source, target });
  const options = { sourceCollection: from, targetCollection: to };
  expect((await migrator.plan(options)).losses).toEqual([]);
  const result = await migrator.migrate(options);
  expect(result).toMatchObject({ success: true, vectorsFailed: 0, rejected: [] });
  expect(result.verification?.differences).toEqual([]);
}

const byId = (records: readonly VectorRecord[]): Map<string, unknown> =>
  new Map(
    records.map(({ id, vectors, metadata, document, uri }) => [
      id,
      { vector: Float32Array.from(vectors[''] as number[]), metadata, document, uri },
    ]),
  );

it('a thousand real records, from Chroma to Weaviate to Postgres and back to Chroma, are the same bits', async () => {
  const file = createFile({ path: join(import.meta.dirname, '../../examples/demo/debian-packages-1k.parquet') });
  const chroma = createChroma({ url: server.url });
  const weaviate = createWeaviate({ url: emulator.url });
  const name = 'debian-packages-1k';
  await move(file, name, chroma, 'packages');
  await move(chroma, 'packages', weaviate, 'packages');
  await move(weaviate, 'packages', postgres, 'packages');
  await move(postgres, 'packages', chroma, 'again');
  const restored = createMemory();
  await move(chroma, 'again', restored, 'again');
  const original = byId(await allRecords(file, name));
  expect(original.size).toBe(1000);
  expect(byId(await allRecords(restored, 'again'))).toEqual(original);
});
