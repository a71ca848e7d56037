import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { Float, VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';

let server: ChromaServer;
let folder: string;
let postgres: VectorStoreV1;
let chroma: VectorStoreV1;
beforeAll(async () => {
  [server, folder] = await Promise.all([startChroma(), mkdtemp(join(tmpdir(), 'vsm-test-'))]);
  postgres = createPgvector({ dataDir: join(folder, 'db') });
  chroma = createChroma({ url: server.url });
});
afterAll(async () => {
  await Promise.all([postgres.close(), server.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function move(source: VectorStoreV1, from: string, target: VectorStoreV1, to: string): Promise<void> {
  const result = await new VectorStoreMigrator({ source, target }).migrate({
    sourceCollection: from,
    targetCollection: to,
  });
  expect(result.rejected).toEqual([]);
  expect(result.verification?.differences).toEqual([]);
  expect(result).toMatchObject({ success: true, vectorsFailed: 0 });
}

function byId(records: readonly VectorRecord[]): Map<string, unknown> {
  return new Map(
    records.map(({ id, vectors, metadata, document, uri }) => [
      id,
      { vector: Float32Array.from(vectors[''] as number[]), metadata, document, uri },
    ]),
  );
}

describe('a thousand real records, from a file to Chroma to Postgres and back to Chroma', () => {
  it('come back bit-identical, types included', async () => {
    const file = createFile({ path: join(import.meta.dirname, '../../examples/demo/debian-packages-1k.parquet') });
    const name = 'debian-packages-1k';
    await move(file, name, chroma, 'packages');
    await move(chroma, 'packages', postgres, 'packages');
    await move(postgres, 'packages', chroma, 'packages-again');
    const restored = createMemory();
    await move(chroma, 'packages-again', restored, 'packages');
    const original = byId(await allRecords(file, name));
    expect(original.size).toBe(1000);
    expect(byId(await allRecords(restored, 'packages'))).toEqual(original);
  });
});

describe('records that Chroma cannot hold as they are', () => {
  const metadata = {
    integer: 2101,
    float: new Float(2101),
    fraction: 0.1,
    biggest: 9223372036854775807n,
    huge: 123456789012345678901234567890n,
    large: 1e300,
    minusZero: new Float(-0),
    nothing: null,
    nested: { list: [1, new Float(1), 'x', null, {}], 'a.b': true },
    empty: [],
    tags: ['b', 'a'],
    mixed: [1, 'one', 1.5],
    'chroma:document': 'reserved',
    $dollar: 1,
    '': 'empty key',
    text: 'emoji 😀, NUL \0, half a pair \ud800',
  };
  const records: VectorRecord[] = [
    { id: 'plain', vectors: { '': [1, 0, -0, 1e-40] }, metadata: {} },
    {
      id: 'odd "id" \n ü',
      vectors: { '': [0.1, 3.4028234663852886e38, 0, 1] },
      metadata,
      document: '',
      uri: 'file:///x',
    },
    { id: '007', vectors: { '': [0, 0, 0, 0] }, metadata: { nested: {} }, document: 'text \0 with NUL' },
  ];
  const schema = { name: 'odd', vectors: { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } } } as const;

  it('come back as they were', async () => {
    const source = await filledMemory(records, schema);
    await move(source, 'odd', chroma, 'odd');
    await move(chroma, 'odd', postgres, 'odd');
    await move(postgres, 'odd', chroma, 'odd-again');
    const restored = createMemory();
    await move(chroma, 'odd-again', restored, 'odd');
    expect(byId(await allRecords(restored, 'odd'))).toEqual(byId(records));
  });

  it('are listed by the plan as encoded, not as lost', async () => {
    const source = await filledMemory(records, schema);
    const plan = await new VectorStoreMigrator({ source, target: chroma }).plan({
      sourceCollection: 'odd',
      targetCollection: 'new',
    });
    expect(plan).toMatchObject({ losses: [], encodings: { metadata: 2 }, createTarget: true });
  });

  it('keep integers integers and floats floats on the wire', async () => {
    const source = await filledMemory(records, schema);
    await move(source, 'odd', chroma, 'types');
    const database = `${server.url}/api/v2/tenants/default_tenant/databases/default_database`;
    const { id } = (await (await fetch(`${database}/collections/types`)).json()) as { id: string };
    const answer = await fetch(`${database}/collections/${id}/get`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: ['odd "id" \n ü'], include: ['metadatas'] }),
    });
    const text = await answer.text();
    expect(text).toMatch(/"integer":2101[,}]/);
    expect(text).toMatch(/"float":2101\.0[,}]/);
    expect(text).toMatch(/"biggest":9223372036854775807[,}]/);
  });
});

describe('a Chroma collection', () => {
  it.each([
    ['l2', 'euclidean'],
    ['cosine', 'cosine'],
    ['ip', 'dot'],
  ] as const)('of space %s reaches Postgres with an index for %s', async (space, metric) => {
    const name = `space-${space}`;
    const created = await fetch(`${server.url}/api/v2/tenants/default_tenant/databases/default_database/collections`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, configuration: { hnsw: { space } } }),
    });
    expect(created.ok).toBe(true);
    await (await chroma.openCollection(name)).upsert([{ id: 'one', vectors: { '': [3, 4] }, metadata: {} }]);
    await move(chroma, name, postgres, name);
    const described = await (await postgres.openCollection(name)).describe();
    expect(described.vectors['']).toMatchObject({ metric, dimension: 2 });
  });

  it('loses no row when pages are small, and doubles none', async () => {
    const records = Array.from({ length: 1003 }, (_, index) => ({
      id: `row-${index}`,
      vectors: { '': [index, 1] },
      metadata: { index },
    }));
    const source = await filledMemory(records, {
      name: 'rows',
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } },
    });
    await move(source, 'rows', chroma, 'rows');
    const target = createMemory();
    await new VectorStoreMigrator({ source: chroma, target }).migrate({
      sourceCollection: 'rows',
      batchSize: 17,
      concurrency: 5,
    });
    expect(
      (await allRecords(target, 'rows'))
        .map(({ metadata }) => metadata['index'])
        .toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(records.map((_, index) => index));
  });
});
