import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMemory } from '@vsm/adapter-memory';
import { createMilvus } from '@vsm/adapter-milvus';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createRedis } from '@vsm/adapter-redis';
import { createWeaviate } from '@vsm/adapter-weaviate';
import {
  Float,
  parseJson,
  type CollectionDescription,
  type Metadata,
  type MetadataValue,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { createLayout, detectLayout, guessLayouts } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';

// What the frameworks wrote into stores that tell fields by name, as the adapters read it: recordings-fields/README.md.

interface Recording {
  readonly store: keyof typeof STORES;
  readonly description: CollectionDescription;
  readonly records: readonly VectorRecord[];
}

const STORES = {
  milvus: createMilvus(),
  weaviate: createWeaviate(),
  elasticsearch: createElasticsearch(),
  opensearch: createElasticsearch(),
  redis: createRedis({ url: 'redis://localhost:1' }),
  mongodb: createMongodb({ url: 'mongodb://localhost:1/none' }),
} as const satisfies Record<string, VectorStoreV1>;

const folder = join(import.meta.dirname, 'recordings-fields');
const recordings = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [file.replace('.json', ''), parseJson(text) as unknown as Recording] as const;
    }),
);

/** The layout that each is found to have, or the guess. */
const FOUND: Readonly<Record<string, string | { readonly guess: string }>> = {
  'haystack-elasticsearch': 'haystack',
  // Its ids are the application's own here, and all else is what anybody calls so.
  'haystack-milvus': { guess: '' },
  'haystack-mongodb': 'haystack',
  'haystack-opensearch': 'haystack',
  'haystack-weaviate': 'haystack',
  'langchain-py-elasticsearch': 'langchain-py',
  'langchain-py-milvus': 'langchain-py',
  'langchain-py-milvus-columns': 'langchain-py',
  // Texts beside a vector, which anybody calls so.
  'langchain-py-mongodb': { guess: 'langchain-py' },
  'langchain-py-opensearch': 'langchain-py',
  'langchain-py-redis': 'langchain-py',
  'langchain-py-weaviate': { guess: 'langchain-py' },
  'llamaindex-py-elasticsearch': 'llamaindex-py',
  'llamaindex-py-milvus': 'llamaindex-py',
  'llamaindex-py-mongodb': 'llamaindex-py',
  'llamaindex-py-opensearch': 'llamaindex-py',
  'llamaindex-py-redis': 'llamaindex-py',
  'llamaindex-py-weaviate': 'llamaindex-py',
};

/** A store that holds the recording, and says of itself that it is the one it was made in. */
async function posing({ store, description, records }: Recording): Promise<VectorStoreV1> {
  const memory = createMemory();
  const { name } = description;
  await memory.createCollection({ name, vectors: { '': { kind: 'dense' } } });
  await (await memory.openCollection(name)).upsert(records);
  const { adapter, capabilities } = STORES[store];
  return {
    ...memory,
    adapter,
    capabilities,
    openCollection: async (opened) => ({
      ...(await memory.openCollection(opened)),
      describe: async () => description,
    }),
  };
}

it('every recording is expected to have a layout or a guess', () => {
  expect([...recordings.keys()].toSorted()).toStrictEqual(Object.keys(FOUND).toSorted());
});

describe.each([...recordings])('%s', (name, recording) => {
  it('is named', async () => {
    const store = await posing(recording);
    const found = (await detectLayout(store, recording.description.name))?.layout;
    const guesses = await guessLayouts(store, recording.description.name);
    const wanted = FOUND[name];
    expect(found ?? { guess: guesses.map(({ layout }) => layout).join() }).toStrictEqual(wanted);
  });

  const framework = frameworkOf(name);
  const others = [...recordings].filter(([other]) => other !== name && frameworkOf(other) === framework);
  it.each(others)('becomes what %s is', (_other, target) => {
    const layout = createLayout({
      from: framework,
      source: STORES[recording.store],
      target: STORES[target.store],
      sourceCollection: recording.description.name,
    });
    const { vectorNames = {} } = layout.adapt(recording.description, recording.records);
    const changed = recording.records.map((record) => {
      const after = layout.change(record);
      if ('refused' in after) throw new Error(after.refused);
      return after;
    });
    const both = [recording, target];
    const known = (record: VectorRecord): VectorRecord => comparable(record, both);
    expect(changed.map((record) => known(renamed(record, vectorNames)))).toStrictEqual(target.records.map(known));
  });
});

function frameworkOf(name: string): string {
  return /^(?:langchain-py|llamaindex-py|haystack)/.exec(name)?.[0] ?? name;
}

function renamed(record: VectorRecord, names: Readonly<Record<string, string>>): VectorRecord {
  return {
    ...record,
    vectors: Object.fromEntries(Object.entries(record.vectors).map(([name, vector]) => [names[name] ?? name, vector])),
  };
}

/**
 * The same document in two stores: Weaviate takes every number for a float, and Redis has texts alone in fields, no booleans, a key that may
 * begin with a separator, and fields that its adapter fills as LangChain does. Haystack in MongoDB has keys of the server's, writes null for
 * what a document has not, and puts metadata that is called like a part of a document aside, which some adapters show as metadata.
 */
function comparable({ id, vectors, metadata, document }: VectorRecord, stores: readonly Recording[]): VectorRecord {
  const inRedis = stores.some(({ store }) => store === 'redis');
  const { meta = {}, ...others } = metadata;
  const kept = Object.entries({ ...(meta as Metadata), ...others }).filter(([key, value]) => {
    const isFilled = key === '_index_name' || (inRedis && key === 'published');
    return !isFilled && !(value === null && ['blob', 'score', 'score__column'].includes(key));
  });
  const isNumbered = stores.some(({ store }) => store === 'mongodb') && typeof metadata['id'] === 'string';
  return {
    id: isNumbered ? (metadata['id'] as string) : inRedis ? id.replace(/^_/, '') : id,
    document,
    metadata: Object.fromEntries(
      kept
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => [key, plain(value, inRedis && Object.hasOwn(metadata, '_node_content'))]),
    ),
    vectors: Object.fromEntries(
      Object.entries(vectors).map(([name, vector]) => [name, [...(vector as Iterable<number>)].map(Math.fround)]),
    ),
  };
}

function plain(value: MetadataValue, asText: boolean): MetadataValue {
  const number = Float.isInstance(value) ? value.value : value;
  return asText && typeof number === 'number' ? String(number) : number;
}

describe('a collection that is made', () => {
  const wanted = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } } as const;
  const record: VectorRecord = {
    id: 'a',
    vectors: { '': [1, 2, 3] },
    metadata: { page: 1, title: 'x', tags: ['a'] },
    document: 'text',
  };
  const nativeFor = (framework: string, store: keyof typeof STORES): unknown => {
    const target = STORES[store];
    const layout = createLayout({ from: framework, source: createMilvus(), target, sourceCollection: 'docs' });
    return layout.adapt(wanted, [record]).schema.native?.[target.adapter];
  };

  it('is one of LangChain', () => {
    expect(nativeFor('langchain-py', 'milvus')).toStrictEqual({
      fields: { key: 'pk', document: 'text', vector: 'vector', sparse: 'sparse' },
    });
    expect(nativeFor('langchain-py', 'weaviate')).toMatchObject({
      class: { properties: [{ name: 'text', dataType: ['text'] }] },
    });
    expect(nativeFor('langchain-py', 'elasticsearch')).toStrictEqual({
      fields: {
        document: 'text',
        metadata: 'metadata',
        vector: { elasticsearch: 'vector', opensearch: 'vector_field' },
      },
    });
    expect(nativeFor('langchain-py', 'redis')).toStrictEqual({
      fields: {
        document: 'text',
        vector: 'embedding',
        metadata: '_metadata_json',
        name: '_index_name',
        // What an application may filter by.
        filters: [
          { field: 'page', type: 'number' },
          { field: 'title', type: 'text' },
        ],
      },
    });
    expect(nativeFor('langchain-py', 'mongodb')).toMatchObject({
      places: { document: 'text', vectors: [{ name: '', field: 'embedding' }] },
      searchIndexes: [{ name: 'vector_index', type: 'vectorSearch' }],
    });
  });

  it('is one of LlamaIndex', () => {
    expect(nativeFor('llamaindex-py', 'milvus')).toStrictEqual({
      fields: { key: 'id', document: 'text', texts: ['doc_id'], vector: 'embedding', sparse: 'sparse_embedding' },
    });
    expect(nativeFor('llamaindex-py', 'elasticsearch')).toMatchObject({
      fields: { document: 'content', metadata: 'metadata', vector: 'embedding' },
    });
    expect(nativeFor('llamaindex-py', 'redis')).toMatchObject({
      fields: { document: 'text', vector: 'vector', separator: '_' },
    });
    expect(nativeFor('llamaindex-py', 'mongodb')).toMatchObject({
      places: { document: 'text', container: 'metadata', vectors: [{ field: 'embedding' }] },
    });
  });

  it('is one of Haystack', () => {
    expect(nativeFor('haystack', 'milvus')).toStrictEqual({
      fields: { key: 'id', document: 'text', vector: 'vector' },
    });
    expect(nativeFor('haystack', 'elasticsearch')).toMatchObject({
      fields: { document: 'content', vector: 'embedding', texts: 'keyword' },
    });
    expect(nativeFor('haystack', 'mongodb')).toMatchObject({
      places: { document: 'content', container: 'meta', beside: { id: 'id', blob: 'blob' } },
    });
    expect(nativeFor('haystack', 'weaviate')).toHaveProperty('class.properties.0.name', '_original_id');
  });
});

it('names of fields are said where the store is named, and a layout that names some is refused', () => {
  const ends = { source: STORES.milvus, target: STORES.redis, sourceCollection: 'docs' };
  expect(() => createLayout({ from: 'langchain-py:text_key=body', ...ends })).toThrow(/has no text_key in milvus/);
});

it.each(Object.keys(STORES) as (keyof typeof STORES)[])(
  'collections of nobody in %s are named after none',
  async (store) => {
    const description: CollectionDescription = {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
      reading: [
        { field: 'id', role: 'id', basis: 'declared', evidence: '' },
        { field: 'v', role: 'vector', basis: 'declared', evidence: '', name: '' },
        { field: 'body', role: 'document', basis: 'named', evidence: '' },
        { field: 'metadata', role: 'metadata', basis: 'guessed', evidence: '', unfolded: true },
      ],
    };
    const records = [{ id: 'a', vectors: { '': [1, 2] }, metadata: { title: 't' }, document: 'x' }];
    const nobodys = await posing({ store, description, records });
    expect(await detectLayout(nobodys, 'docs')).toBeUndefined();
    expect(await guessLayouts(nobodys, 'docs')).toStrictEqual([]);
  },
);
