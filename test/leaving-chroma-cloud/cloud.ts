import { createChroma } from '@vsm/adapter-chroma';
import { Float, type VectorRecord } from '@vsm/core';
import { startChromaCloud, type ChromaCloud } from '@vsm/emulator-chroma-cloud';
import { startChroma } from '@vsm/service-chroma';

/** Collections of the databases that the key sees, and of others that it does not. */
const DATABASES: Readonly<Record<string, readonly string[]>> = {
  app: ['articles', 'faq', 'images', 'notes'],
  archive: ['articles', 'tickets', 'wiki'],
};
export const COUNTS: Readonly<Record<string, number>> = {
  'app/articles': 1000,
  'app/faq': 7,
  'app/images': 650,
  'app/notes': 300,
  'archive/articles': 301,
  'archive/tickets': 599,
  'archive/wiki': 0,
};
export const TOTAL = 2857;
export const KEY = 'ck-only-for-reading';
export const EMBEDDING_FUNCTION = {
  type: 'known',
  name: 'openai',
  config: { api_key_env_var: 'OPENAI_API_KEY', model_name: 'text-embedding-3-small' },
};

export interface FilledCloud {
  readonly cloud: ChromaCloud;
  /** The server behind, without keys and quotas. */
  readonly server: string;
  stop(): Promise<void>;
}

/** A real server with two tenants, and in front of it the keys, the quota of 300 records a read, and a lost connection now and then. */
export async function startFilledCloud(): Promise<FilledCloud> {
  const real = await startChroma();
  await post(`${real.url}/api/v2/tenants`, { name: 'my-team' });
  await post(`${real.url}/api/v2/tenants`, { name: 'others' });
  await fill(real.url, 'my-team', DATABASES);
  await fill(real.url, 'others', { app: ['secret'] });
  const cloud = await startChromaCloud({
    server: real.url,
    keys: {
      [KEY]: { tenant: 'my-team', databases: ['*'], lists: true },
      'ck-one-database': { tenant: 'my-team', databases: ['archive'], lists: false },
    },
    readQuota: 300,
  });
  return {
    cloud,
    server: real.url,
    async stop() {
      await cloud.close();
      await real.stop();
    },
  };
}

async function fill(
  url: string,
  tenant: string,
  databases: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const store = createChroma({ url, tenant, database: '*' });
  for (const [database, collections] of Object.entries(databases)) {
    for (const [at, collection] of collections.entries()) {
      const name = `${database}/${collection}`;
      await store.createCollection({
        name,
        vectors: { '': { kind: 'dense', dimension: 4, metric: at % 2 === 0 ? 'cosine' : 'euclidean' } },
        native: {
          chroma: {
            configuration: {
              hnsw: { ef_construction: 120, max_neighbors: 24 },
              embedding_function: EMBEDDING_FUNCTION,
            },
            metadata: { team: tenant, 'hnsw:space': at % 2 === 0 ? 'cosine' : 'l2' },
          },
        },
      });
      const records = Array.from({ length: COUNTS[name] ?? 3 }, (_, row) => record(row));
      const { rejected } = await (await store.openCollection(name)).upsert(records);
      if (rejected.length > 0) throw new Error(`${name}: ${rejected[0]?.detail}`);
    }
  }
  await store.close();
}

function record(row: number): VectorRecord {
  return {
    id: `record ${row}`,
    // Of unit length, so that a cosine index keeps every bit.
    vectors: { '': [0, 0, 0, 0].map((_, at) => (at === row % 4 ? (row % 8 < 4 ? 1 : -1) : 0)) },
    metadata: {
      row,
      score: new Float(row),
      share: row / 8,
      published: row % 3 === 0,
      title: `Title ${row} – ä 😀`,
      big: 9007199254740993n + BigInt(row),
    },
    ...(row % 5 !== 0 && { document: `The text of ${row}\nin two lines.` }),
    ...(row % 2 === 0 && { uri: `s3://bucket/${row}.png` }),
  };
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
