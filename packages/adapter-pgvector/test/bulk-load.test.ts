import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionV1, JsonValue } from '@vsm/core/adapter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPgvector } from '../src/index.ts';
import { openDatabase } from './database.ts';
import { makePglite } from './pglite.ts';

// Several connections, and so one build beside another, there are on a server alone: PGVECTOR_URL=postgresql://user@host/database
const url = process.env['PGVECTOR_URL'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-bulk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// A server builds in parallel, and takes its abort over another connection: the build has to outlast that.
const ROWS = url === undefined ? 1000 : 6000;
const DIMENSION = 256;

function vectorOf(at: number): Float32Array {
  return Float32Array.from({ length: DIMENSION }, (_, index) => Math.sin(at * index + at));
}

/** A filled table without its index, whose build takes seconds. */
async function loaded(collection: CollectionV1, signal?: AbortSignal): Promise<JsonValue> {
  const token = (await collection.prepareBulkLoad?.()) ?? null;
  await collection.beginBulkLoad?.(token, { signal });
  const records = Array.from({ length: ROWS }, (_, at) => ({
    id: String(at),
    vectors: { '': vectorOf(at) },
    metadata: {},
  }));
  await collection.upsert(records);
  return token;
}

const metricOf = async (collection: CollectionV1): Promise<unknown> => {
  const { native } = await collection.describe();
  return native?.['pgvector']?.['indexes'];
};

it('building an index is ended by an abort at once, and done by the next who asks', async () => {
  if (url === undefined) await makePglite(join(folder, 'db'));
  const store = createPgvector(url === undefined ? { dataDir: join(folder, 'db') } : { url });
  const name = `bulk_${Math.random().toString(36).slice(2)}`;
  try {
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } } });
    const collection = await store.openCollection(name);
    const abort = new AbortController();
    const token = await loaded(collection, abort.signal);
    // While an index was built in this thread, nothing else here could have had its turn.
    setImmediate(() => abort.abort());
    await expect(collection.endBulkLoad?.(token)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await metricOf(collection)).toBeUndefined();
    expect((await collection.count()).value).toBe(ROWS);
    const [seven] = await collection.fetch(['7']);
    expect(Float32Array.from(seven?.vectors[''] as number[])).toStrictEqual(vectorOf(7));

    await collection.endBulkLoad?.(token);
    expect(await metricOf(collection)).toMatchObject([{ operatorClass: 'vector_cosine_ops' }]);
    await collection.endBulkLoad?.(token);
  } finally {
    await store.dropCollection?.(name);
    await store.close();
  }
});

it.runIf(url !== undefined)('an index that the server still builds for a dead process is waited for', async () => {
  const database = await openDatabase();
  try {
    const store = createPgvector({ client: database.client, schema: database.schema });
    await store.createCollection({
      name: 'orphan',
      vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
    });
    const collection = await store.openCollection('orphan');
    const token = await loaded(collection);
    const { indexes } = token as { readonly indexes: readonly { readonly definition: string }[] };
    const orphan = database.run(indexes.map(({ definition }) => definition).join(';'));
    let building: unknown[] = [];
    while (building.length === 0) {
      building = await database.rows(
        `SELECT 1 FROM pg_stat_progress_create_index WHERE relid = '${database.schema}.orphan'::regclass`,
      );
    }
    await collection.endBulkLoad?.(token);
    await orphan;
    expect(await metricOf(collection)).toHaveLength(1);
  } finally {
    await database.close();
  }
});
