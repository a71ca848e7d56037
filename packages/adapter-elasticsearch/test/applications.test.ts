import { readFileSync } from 'node:fs';
import type { Metadata } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';
import { readIndex } from '../src/index-info.ts';
import { understandIndex } from '../src/layout.ts';
import { ask, load, readAll } from './rest.ts';
import { testIndex } from './server.ts';

/** An index as a library of Python made it on a real server: see fixtures/make.py. */
interface Application {
  readonly name: keyof typeof WANTED;
  readonly package: string;
  readonly mappings: object;
  readonly settings: object;
  readonly documents: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const KINDS = ['opensearch', 'elasticsearch'] as const;
const applicationsOf = (kind: string): readonly Application[] => {
  const fixture = new URL(`fixtures/applications-${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(fixture, 'utf8')) as readonly Application[];
};

const VECTORS = [
  Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
  Float32Array.of(-1.5, 2.25, 0, 1, 0.125, 4, -0.5, 3),
];
const TEXTS = ['A dictionary of Turkish', 'A thesaurus, été 1998'];
const METADATAS: readonly Metadata[] = [
  { source: 'tr.txt', page: 7, rate: 0.5, tags: ['a', 'b'] },
  { source: 'fr.txt', page: 8, tags: [] },
];
const WANTED = {
  langchain: { ids: ['1', '2'], document: 'text', vectors: ['vector', 'vector_field'] },
  llamaindex: { ids: ['node-0', 'node-1'], document: 'content', vectors: ['embedding', 'embedding'] },
  haystack: { ids: ['doc-0', 'doc-1'], document: 'content', vectors: ['embedding', 'embedding'] },
  quickstart: { ids: ['1', '2'], document: 'content', vectors: ['title_vector', 'title_vector'] },
} as const;

describe.each(KINDS)('%s', (kind) => {
  it.each(applicationsOf(kind))('$package is recognised by its mapping and its documents', (application) => {
    const { mappings, settings, documents, name } = application;
    const info = readIndex(name, { aliases: {}, mappings, settings: { index: settings } });
    const { layout, undecided } = understandIndex(info, Object.values(documents), {});
    expect(undecided).toEqual([]);
    const { document, vectors } = WANTED[name];
    const vector = vectors[kind === 'opensearch' ? 1 : 0];
    expect(layout).toMatchObject({ id: ['_id'], document, vectors: [{ name: '', column: vector, dimension: 8 }] });
    expect(layout.metadata).toBe(name === 'langchain' || name === 'llamaindex' ? 'metadata' : undefined);
  });
});

const { server, opensearch, index, copy } = await testIndex('applications');
const kind = opensearch ? 'opensearch' : 'elasticsearch';

it.each(Object.keys(WANTED))('on a server, %s is read whole, and a copy has its documents', async (name) => {
  const application = applicationsOf(kind).find((one) => one.name === name) as Application;
  const { mappings, settings, documents } = application;
  const made = await ask(server.url, 'PUT', index, { settings: { index: settings }, mappings });
  expect(made).toMatchObject({ acknowledged: true });
  await load(server.url, index, documents);
  await using store = createElasticsearch({ url: server.url });
  const collection = await store.openCollection(index);
  const records = await readAll(collection);
  expect(records.map(({ id }) => id)).toEqual(WANTED[application.name].ids);
  for (const [at, { vectors, metadata, document }] of records.entries()) {
    expect(document).toBe(TEXTS[at]);
    expect(metadata).toMatchObject(METADATAS[at] as Metadata);
    // Elasticsearch keeps the direction and the length of a vector of cosine, each rounded.
    const close = [...(VECTORS[at] as Float32Array)].map((one) => expect.closeTo(one, 5) as number);
    expect([...(vectors[''] as Float32Array)]).toEqual(close);
  }
  await store.createCollection({ ...(await collection.describe()), name: copy });
  const target = await store.openCollection(copy);
  expect(await target.wouldReject?.(records)).toEqual([]);
  expect(await target.upsert(records)).toEqual({ accepted: 2, rejected: [] });
  await target.flush?.();
  expect(await readAll(target)).toEqual(records);
  const path = `${copy}/_mget${opensearch ? '' : '?_source_exclude_vectors=false'}`;
  const { docs = [] } = await ask(server.url, 'POST', path, { ids: Object.keys(documents) });
  expect(docs.map(({ _source }) => _source)).toEqual(Object.values(documents));
});
