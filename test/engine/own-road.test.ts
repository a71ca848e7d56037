import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMemory } from '@vsm/adapter-memory';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createRedis } from '@vsm/adapter-redis';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { createWeaviate } from '@vsm/adapter-weaviate';
import { migrate, VsmError, type MigrationResult, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { afterAll, describe, expect, it } from 'vitest';
import { alterCollections, filledMemory, plainSchema } from './stores.ts';

// What scan and fetch misread alike shows only where the store itself is asked, and only in records of which it is asked.

const open: { close(): Promise<unknown> }[] = [];
afterAll(async () => {
  for (const one of open.toReversed()) await one.close();
});
const kept = <One extends { close(): Promise<unknown> }>(one: One): One => {
  open.push(one);
  return one;
};

const secret = 'own-road-secret';
const bucket = 'own-road';
const STORES: Readonly<Record<string, () => Promise<VectorStoreV1>>> = {
  async elasticsearch() {
    const { url } = kept(await startElasticsearchEmulator());
    return createElasticsearch({ url });
  },
  async mongodb() {
    const { url } = kept(await startMongodbEmulator());
    return createMongodb({ url });
  },
  async pinecone() {
    const { url } = kept(await startPineconeEmulator({ apiKey: secret }));
    return createPinecone({ controllerHost: url, apiKey: secret });
  },
  async redis() {
    const { url } = kept(await startRedisEmulator());
    return createRedis({ url });
  },
  async s3vectors() {
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: secret };
    const { url } = kept(await startS3VectorsEmulator({ credentials, buckets: [bucket] }));
    return createS3Vectors({ bucket, endpoint: url, region: 'us-east-1', credentials });
  },
  async turbopuffer() {
    const { url } = kept(await startTurbopufferEmulator({ apiKey: secret }));
    return createTurbopuffer({ url, apiKey: secret });
  },
  async upstash() {
    const account = { email: 'someone@example.org', apiKey: secret };
    const { url } = kept(await startUpstashEmulator({ account }));
    return createUpstash({ controller: url, ...account });
  },
  async weaviate() {
    const { url } = kept(await startWeaviateEmulator());
    return createWeaviate({ url });
  },
};

const idOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const recordsOf = (count: number): VectorRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    id: idOf(at),
    vectors: { '': [1 + Math.sin(at), 0.25, -Math.cos(at), 0.5] },
    metadata: { title: `title ${at}`, year: 1900 + at },
    document: `text ${at}`,
  }));

type Change = (record: VectorRecord) => VectorRecord;
/** Of one record, whatever the store makes of its id. */
const ofThe =
  (number: number, change: Change): Change =>
  (record) =>
    record.document === `text ${number}` ? change(record) : record;

function misread(store: VectorStoreV1, change: Change, roads: readonly ('scan' | 'fetch')[]): VectorStoreV1 {
  return alterCollections(store, (collection) => ({
    ...(roads.includes('scan') && {
      async scan(request, options) {
        const page = await collection.scan(request, options);
        const whole = request.include.includes('vectors') && request.include.includes('metadata');
        return whole ? { ...page, records: page.records.map(change) } : page;
      },
    }),
    ...(roads.includes('fetch') && {
      fetch: async (ids, options) => (await collection.fetch(ids, options)).map(change),
    }),
  }));
}

const moved = (source: VectorStoreV1, collection: string, witness?: number | 'all'): Promise<MigrationResult> =>
  migrate({
    source,
    sourceCollection: collection,
    target: createMemory(),
    targetCollection: 'docs',
    metric: 'cosine',
    checkpoints: false,
    witness,
  });

const withMiddle = (record: VectorRecord): VectorRecord => {
  const [a = 0, , c = 0, d = 0] = Array.from(record.vectors[''] as readonly number[]);
  return { ...record, vectors: { '': [a, 0.26, c, d] } };
};

describe.each(Object.keys(STORES))('%s', (name) => {
  it('tells a middle component that scan and fetch misread alike, and nothing where they do not', async () => {
    const store = kept(await (STORES[name] as () => Promise<VectorStoreV1>)());
    const into = { target: store, targetCollection: 'roads', checkpoints: false as const, validate: false };
    const filled = await migrate({ source: await filledMemory(recordsOf(60)), sourceCollection: 'docs', ...into });
    expect(filled.errors).toEqual([]);

    const sound = await moved(store, 'roads');
    expect(sound.errors).toEqual([]);
    expect(sound.verification?.roads[0]?.own).toMatchObject({ compared: 60, differing: 0, differences: [] });
    expect(sound.verification?.roads[0]?.own?.witnessed).toEqual(
      expect.arrayContaining(['document', 'metadata', 'vector']),
    );

    for (const change of [withMiddle, (record: VectorRecord) => ({ ...record, document: 'text 43' })]) {
      const faulty = await moved(misread(store, ofThe(34, change), ['scan', 'fetch']), 'roads');
      expect(faulty).toMatchObject({ success: false, verification: { missing: 0, extra: 0, changed: 0 } });
      expect(faulty.verification?.roads[0]).toMatchObject({ differing: 0, own: { differing: 1 } });
      expect(faulty.errors.join('\n')).toMatch(/what was read of the source is not what .+ says of 1 of 60 records/);
    }
  });
});

describe('a source of more records than are compared whole', () => {
  const records = recordsOf(3000);
  const scanAlone = ofThe(1700, (record) => ({ ...record, metadata: { ...record.metadata, year: 7 } }));

  it('states the part that was compared, outside of which a misreading passes, and with `witness: all` compares the rest', async () => {
    const source = misread(await filledMemory(records), scanAlone, ['scan']);
    const some = await moved(source, 'docs');
    expect(some.success).toBe(true);
    const [road] = some.verification?.roads ?? [];
    expect(road).toMatchObject({ of: 3000, differing: 0 });
    expect(road?.compared).toBeLessThan(1000);

    const all = await moved(source, 'docs', 'all');
    expect(all).toMatchObject({ success: false, verification: { missing: 0, extra: 0, changed: 0 } });
    expect(all.verification?.roads).toMatchObject([
      { compared: 3000, of: 3000, chosen: 'all', differing: 1, differences: [{ id: idOf(1700) }] },
      { compared: 3000, of: 3000, chosen: 'all', differing: 0 },
    ]);
  });

  it('compares about as many as were asked for, some of every page', async () => {
    const { verification } = await moved(await filledMemory(records), 'docs', 1200);
    for (const { compared, chosen } of verification?.roads ?? []) {
      expect(compared).toBeGreaterThanOrEqual(1200);
      expect(compared).toBeLessThan(1500);
      expect(chosen).toContain('some of every page');
    }
  });

  it('with `witness: all`, asks the store itself of every record too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-own-road-'));
    open.unshift({ close: () => rm(folder, { recursive: true, force: true }) });
    const store = kept(createSqlite({ path: join(folder, 'docs.db') }));
    await migrate({ source: await filledMemory(records), sourceCollection: 'docs', target: store, checkpoints: false });
    const faulty = misread(store, ofThe(1700, withMiddle), ['scan', 'fetch']);
    expect((await moved(faulty, 'docs')).success).toBe(true);
    const all = await moved(faulty, 'docs', 'all');
    expect(all.success).toBe(false);
    expect(all.verification?.roads[0]?.own).toMatchObject({
      compared: 3000,
      differing: 1,
      differences: [{ id: idOf(1700), field: 'vector', read: 'component 1 is 0.26', witnessed: 'component 1 is 0.25' }],
    });
  });

  it.each([-1, 1.5, 'some'])('refuses a witness of %s', async (witness) => {
    await expect(moved(await filledMemory(records), 'docs', witness as 'all')).rejects.toThrow(
      /witness.*a whole number, or all/,
    );
  });
});

it('of two rows with one id each is held against both answers, and a third value is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-own-road-'));
  open.unshift({ close: () => rm(folder, { recursive: true, force: true }) });
  const path = join(folder, 'doubled.db');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE docs (id TEXT, title TEXT, embedding BLOB)');
  const insert = database.prepare('INSERT INTO docs VALUES (?, ?, ?)');
  for (let at = 0; at < 20; at += 1)
    insert.run(`id-${at === 12 ? 3 : at}`, `title ${at}`, new Uint8Array(Float32Array.of(at + 1, 2, 3, 4).buffer));
  database.close();
  const move = (change: Change): Promise<MigrationResult> =>
    migrate({
      source: misread(kept(createSqlite({ path })), change, ['scan', 'fetch']),
      sourceCollection: 'docs',
      target: createMemory(),
      metric: 'cosine',
      allowLoss: ['rejected-records'],
      checkpoints: false,
    });

  const sound = await move((record) => record);
  expect(sound.rejected).toMatchObject([{ id: 'id-3', reason: 'duplicate-id' }]);
  expect(sound.verification).toMatchObject({ passed: true, roads: [{ own: { compared: 20, differing: 0 } }, {}] });

  const isFirst = ({ metadata }: VectorRecord): boolean => metadata['title'] === 'title 3';
  const faulty = await move((record) => (isFirst(record) ? { ...record, metadata: { title: 'title 5' } } : record));
  expect(faulty.verification).toMatchObject({
    passed: false,
    roads: [{ differing: 0, own: { differing: 1, differences: [{ id: 'id-3', read: '"title 5"' }] } }, {}],
  });
});

it('a store that refuses the question is said to have refused it, and what it holds is verified all the same', async () => {
  const refusing = alterCollections(await filledMemory(recordsOf(10), plainSchema), () => ({
    async witnessRecords() {
      throw new VsmError('UNSUPPORTED', 'this server knows no such question');
    },
  }));
  const { success, verification } = await moved(refusing, 'docs');
  expect(success).toBe(true);
  expect(verification?.roads[0]?.own).toMatchObject({
    compared: 0,
    witnessed: [],
    unwitnessed: ['anything more of its records: this server knows no such question'],
  });
});
