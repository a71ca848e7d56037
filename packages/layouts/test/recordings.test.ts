import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { createChroma } from '@vsm/adapter-chroma';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type Metric, type VectorStoreV1 } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { checkLayout, createLayout, detectLayout, guessLayouts, resolveScopes } from '@vsm/layouts';
import { startChroma } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// What each framework really wrote, with its versions: put into the store as it was, it is named, passes the check, and comes back
// from another store as it was.

const folder = join(import.meta.dirname, 'recordings');

interface Recording {
  readonly ddl?: string;
  readonly rows?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly params?: object;
  readonly points?: readonly object[];
  readonly name?: string;
  readonly space?: string;
  readonly get?: {
    readonly ids: readonly string[];
    readonly embeddings: readonly (readonly number[])[];
    readonly documents: readonly (string | null)[];
    readonly metadatas: readonly (Readonly<Record<string, never>> | null)[];
  };
}

/** Of each recording the layout that it is found to have, and where it lies in a table the name of that. */
const EXPECTED: Readonly<Record<string, readonly [string | undefined, string?]>> = {
  'haystack-chroma': ['haystack'],
  'haystack-postgres': ['haystack', 'haystack_documents'],
  'haystack-qdrant-dense': ['haystack'],
  'haystack-qdrant-sparse': ['haystack:sparse=true'],
  'langchain-community-postgres-pgvector-two-collections': ['langchain-py:version=0', 'langchain_pg_embedding'],
  // Texts with flat metadata under ids of any kind are what everybody writes; only the default name of a collection would tell.
  'langchain-py-chroma-own-ids': [undefined],
  'langchain-py-chroma': [undefined],
  'langchain-py-postgres-pgvector-two-collections': ['langchain-py:version=1', 'langchain_pg_embedding'],
  'langchain-py-postgres-pgvectorstore': ['langchain-py', 'pgvectorstore'],
  'langchain-py-postgres-pgvectorstore_columns': ['langchain-py', 'pgvectorstore_columns'],
  'langchain-py-postgres-pgvectorstore_hybrid': ['langchain-py', 'pgvectorstore_hybrid'],
  // Every column has a name of the user's.
  'langchain-py-postgres-pgvectorstore_names': [undefined, 'pgvectorstore_names'],
  'langchain-py-qdrant-dense': ['langchain-py'],
  'langchain-py-qdrant-hybrid': ['langchain-py'],
  // Every field has a name of the user's.
  'langchain-py-qdrant-named': [undefined],
  'langchain-py-qdrant-sparse': ['langchain-py'],
  'llamaindex-py-chroma': ['llamaindex-py'],
  'llamaindex-py-postgres-hybrid': ['llamaindex-py', 'data_hybrid'],
  'llamaindex-py-postgres-plain': ['llamaindex-py', 'data_plain'],
  'llamaindex-py-qdrant-dense': ['llamaindex-py'],
  'llamaindex-py-qdrant-hybrid': ['llamaindex-py'],
  'mem0-chroma': ['mem0'],
  'mem0-postgres': ['mem0', 'memories'],
  'mem0-qdrant': ['mem0'],
  'open-webui-chroma': ['open-webui'],
  'open-webui-postgres': ['open-webui', 'document_chunk'],
  'open-webui-qdrant': ['open-webui'],
  'spring-ai-postgres': ['spring-ai', 'vector_store'],
};

/** What somebody says who knows more than the records show. */
const GIVEN: Readonly<Record<string, string>> = {
  'langchain-py-chroma-own-ids': 'langchain-py',
  'langchain-py-chroma': 'langchain-py',
  'langchain-py-qdrant-named': 'langchain-py:vector_name=dense,text_key=body,metadata_key=meta',
  'langchain-py-postgres-pgvectorstore_names':
    'langchain-py:id_column=doc_key,text_key=body,vector_name=vec,metadata_key=meta_json,id_type=text',
  'langchain-py-postgres-pgvector-two-collections': 'langchain-py:version=1,scope=first',
  'langchain-community-postgres-pgvector-two-collections': 'langchain-py:version=0,scope=alpha',
  'open-webui-postgres': 'open-webui:scope=file-3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01,dimension=16',
};

/** What could be said of them, as a guess: beside those of Python the same in JavaScript, where ids are UUIDs. */
const GUESSED: Readonly<Record<string, readonly string[]>> = {
  'langchain-py-chroma-own-ids': ['langchain-py', 'langchain-js'],
  'langchain-py-chroma': ['langchain-py', 'langchain-js'],
  'langchain-py-qdrant-named': ['langchain-py', 'langchain-js'].map(
    (framework) => `${framework}:metadata_key=meta,text_key=body,vector_name=dense`,
  ),
  'langchain-py-postgres-pgvectorstore_names': [
    'langchain-py:id_column=doc_key,id_type=text,metadata_key=meta_json,text_key=body,vector_name=vec',
  ],
};

let qdrantUrl: string;
let chroma: VectorStoreV1;
let qdrant: VectorStoreV1;
let database: PGlite;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const [server, emulator, pglite] = await Promise.all([startChroma(), startQdrantEmulator(), createPglite()]);
  database = pglite;
  qdrantUrl = emulator.url;
  chroma = createChroma({ url: server.url });
  qdrant = createQdrant({ url: emulator.url });
  close = async () => {
    await Promise.all([chroma.close(), qdrant.close()]);
    await Promise.all([server.stop(), emulator.close(), pglite.close()]);
  };
});
afterAll(() => close());

async function send(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${qdrantUrl}/collections/${path}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const METRICS: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };

/** The recording in a store of its kind, as the framework left it. */
async function put(name: string): Promise<{ store: VectorStoreV1; collection: string; done: () => Promise<unknown> }> {
  const recording = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recording;
  const { ddl, rows = {}, params, points = [], get } = recording;
  if (params !== undefined) {
    await send(name, params);
    await send(`${name}/points?wait=true`, { points });
    return { store: qdrant, collection: name, done: async () => undefined };
  }
  if (get !== undefined) {
    const metric = METRICS[recording.space ?? ''];
    const dimension = get.embeddings[0]?.length;
    const collection = recording.name ?? name;
    await chroma.createCollection({ name: collection, vectors: { '': { kind: 'dense', dimension, metric } } });
    const records = get.ids.map((id, at) => ({
      id,
      vectors: { '': get.embeddings[at] ?? [] },
      metadata: get.metadatas[at] ?? {},
      document: get.documents[at] ?? undefined,
    }));
    await (await chroma.openCollection(collection)).upsert(records);
    return { store: chroma, collection, done: async () => undefined };
  }
  await database.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION vector; ${ddl}`);
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list) {
      const columns = Object.keys(row).filter(
        (column) => !column.endsWith('_tsv') || !ddl?.includes('GENERATED ALWAYS'),
      );
      const places = columns.map((_, at) => `$${at + 1}`).join(', ');
      const names = columns.map((column) => `"${column}"`).join(', ');
      await database.query(
        `INSERT INTO ${table} (${names}) VALUES (${places})`,
        columns.map((column) => row[column]),
        { serializers: Object.fromEntries([17, 114, 3802].map((oid) => [oid, (value: unknown) => value as string])) },
      );
    }
  }
  const store = createPgvector({ client: database });
  return { store, collection: EXPECTED[name]?.[1] ?? '', done: () => store.close() };
}

it('every recording is expected to have a layout or none', () => {
  const names = readdirSync(folder).map((file) => file.replace('.json', ''));
  expect(names.toSorted()).toStrictEqual(Object.keys(EXPECTED).toSorted());
});

describe.each(Object.entries(EXPECTED))('%s', (name, [layout]) => {
  it('is named, passes the check, and comes back as it was', async () => {
    const { store, collection, done } = await put(name);
    const found = await detectLayout(store, collection);
    expect(found?.layout).toBe(layout);
    const guesses = await guessLayouts(store, collection);
    expect(guesses.map((guess) => guess.layout)).toStrictEqual(GUESSED[name] ?? []);

    const from = GIVEN[name] ?? layout ?? '';
    const check = await checkLayout(store, collection, from);
    expect(check.findings.filter(({ level }) => level === 'problem')).toStrictEqual([]);

    // There and back through a form that has a place for all of it but what the framework itself keeps elsewhere.
    const home = createMemory();
    const framework = from.replace(/:.*/, '');
    const there = {
      from,
      to: `${framework}:store=qdrant`,
      source: store,
      target: home,
      sourceCollection: collection,
      targetCollection: 'away',
    };
    const back = { ...there, from: there.to, to: `${framework}:store=qdrant`, source: home, sourceCollection: 'away' };
    for (const request of [there, { ...back, targetCollection: 'again' }]) {
      const layoutOf = createLayout({ ...request, scopes: await resolveScopes(request) });
      const { source, target, sourceCollection, targetCollection } = request;
      const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
      const result = await migrator.migrate({ sourceCollection, targetCollection, layout: layoutOf });
      expect(result).toMatchObject({ success: true, verification: { passed: true } });
      expect(result.vectorsMigrated).toBeGreaterThan(1);
    }
    await done();
  });
});

it('the tables of langchain-community are not taken for those of langchain-postgres, whoever says so', async () => {
  const { store, collection, done } = await put('langchain-community-postgres-pgvector-two-collections');
  const request = { from: 'langchain-py:version=1,scope=alpha', to: 'langchain-py:store=qdrant', source: store };
  const sides = { ...request, target: createMemory(), sourceCollection: collection, targetCollection: 'away' };
  const layout = createLayout({ ...sides, scopes: await resolveScopes(sides) });
  const { source, target, sourceCollection, targetCollection } = sides;
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await expect(migrator.migrate({ sourceCollection, targetCollection, layout })).rejects.toThrow(
    /you said langchain-py:.*version=1; these look like langchain-py:version=0/,
  );
  await done();
});

it('collections of nobody are named after none, and what LangChain does otherwise is not guessed to be its', async () => {
  const store = createMemory();
  await store.createCollection({
    name: 'texts',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    native: { chroma: { configuration: { embedding_function: { type: 'known', name: 'default', config: {} } } } },
  });
  await (
    await store.openCollection('texts')
  ).upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: { title: 't', text: 'x' }, document: 'y' }]);
  for (const as of [chroma, qdrant]) {
    const posing = { ...store, adapter: as.adapter, capabilities: as.capabilities };
    expect(await detectLayout(posing, 'texts')).toBeUndefined();
    expect(await guessLayouts(posing, 'texts')).toStrictEqual([]);
  }
});
