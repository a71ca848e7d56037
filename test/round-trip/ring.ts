import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { expect } from 'vitest';
import { packages, vsm } from '../cli/process.ts';
import { allRecords } from '../engine/stores.ts';
import { BUCKET, type Double } from './doubles.ts';

const COUNT = 1000;
const START = 'debian-packages-1k';

/** Keys for stores whose locations cannot have them. Emulators take any. */
const KEYS = {
  PINECONE_API_KEY: 'any',
  TURBOPUFFER_API_KEY: 'any',
  UPSTASH_EMAIL: 'any',
  UPSTASH_API_KEY: 'any',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
};

/** Servers that have no emulator here, or another way to run: each is in the ring where it is given. */
type Optional = 'elasticsearch' | 'milvus' | 'milvus-lite' | 'postgres';
export type Addresses = Readonly<Record<Double, string>> & Readonly<Partial<Record<Optional, string>>>;

interface Inspected {
  readonly collections: readonly { readonly count: number }[];
}

/**
 * Every store of this repository by its location, each with a collection of this name (the second in Chroma with `-again` behind it), and the
 * files in `folder`.
 */
function ringOf(urls: Addresses, folder: string, name: string): readonly string[] {
  const served = (server: Double | Optional, scheme: string = server): string[] =>
    urls[server] === undefined ? [] : [`${scheme}://${new URL(urls[server]).host}/${name}`];
  const at = (file: string): string => join(folder, file);
  return [
    packages,
    ...served('chroma'),
    ...served('weaviate'),
    ...served('milvus'),
    ...served('qdrant'),
    `pglite:${at('db')}?table=${name}`,
    ...(urls.postgres === undefined ? [] : [`${urls.postgres}?table=${name}`]),
    ...served('opensearch'),
    ...served('redis'),
    urls.mongodb.replace(/\?|$/, (query) => `/${name}${query}`),
    `sqlite:${at('plain.db')}/${name}`,
    `pinecone:${name}?host=${urls.pinecone}`,
    ...served('elasticsearch'),
    `sqlite-vec:${at('vec0.db')}/${name}`,
    `turbopuffer:${name}?url=${urls.turbopuffer}`,
    `lancedb:${at('lance')}?table=${name}`,
    `s3vectors:${BUCKET}/${name}?region=us-east-1&endpoint=${urls.s3vectors}`,
    ...served('milvus-lite', 'milvus'),
    `libsql:${at('libsql.db')}/${name}`,
    `upstash:${name}?controller=${urls.upstash}`,
    ...served('chroma').map((location) => `${location}-again`),
    `file:${at('end.jsonl')}`,
  ];
}

/**
 * Moves a thousand real records through every store by `vsm migrate`, which compares all values and refuses where a plan lists a loss,
 * and looks at each by `vsm inspect`. They end in memory, and are the bits of the start.
 */
export async function goRound(urls: Addresses, folder: string, name: string): Promise<void> {
  const ring = ringOf(urls, folder, name);
  for (const [at, location] of ring.entries()) {
    const before = ring[at - 1];
    if (before !== undefined) {
      const verification = { passed: true, valuesCompared: COUNT };
      expect([location, await document('migrate', before, location)]).toMatchObject([
        location,
        { success: true, vectorsMigrated: COUNT, vectorsFailed: 0, rejected: [], verification },
      ]);
    }
    const { collections } = (await document('inspect', location)) as Inspected;
    expect([location, collections.map(({ count }) => count)]).toEqual([location, [COUNT]]);
  }
  const start = createFile({ path: packages.replace('file:', '') });
  const end = createFile({ path: join(folder, 'end.jsonl') });
  const memory = createMemory();
  const migrator = new VectorStoreMigrator({ source: end, target: memory, checkpoints: false });
  expect(await migrator.migrate({ sourceCollection: 'end' })).toMatchObject({ success: true, vectorsMigrated: COUNT });
  expect(byId(await allRecords(memory, 'end'))).toEqual(byId(await allRecords(start, START)));
  await Promise.all([start, end, memory].map((store) => store.close()));
}

/** What a command answers that ends well and has nothing to say besides. */
async function document(...words: readonly string[]): Promise<unknown> {
  const ended = await vsm([...words, '--json'], { env: KEYS });
  expect([words, ended]).toEqual([words, { code: 0, stdout: expect.any(String) as string, stderr: '' }]);
  return JSON.parse(ended.stdout);
}

const byId = (records: readonly VectorRecord[]): Map<string, unknown> =>
  new Map(
    records.map(({ id, vectors, ...rest }) => [id, { ...rest, vector: Float32Array.from(vectors[''] as number[]) }]),
  );
