import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
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
import { FIELD_STORES } from './shapes-fields.ts';

// What the frameworks wrote into stores that tell fields by name, as the adapters read it: recordings-fields/README.md.

interface Recording {
  readonly store: keyof typeof FIELD_STORES;
  readonly description: CollectionDescription;
  readonly records: readonly VectorRecord[];
}

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
  const { adapter, capabilities } = FIELD_STORES[store];
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
      source: FIELD_STORES[recording.store],
      target: FIELD_STORES[target.store],
      sourceCollection: recording.description.name,
    });
    const { vectorNames = {} } = layout.adapt(recording.description, recording.records);
    const changed = recording.records.map((record) => {
      const after = layout.change(record);
      if ('refused' in after) throw new Error(after.refused);
      return after;
    });
    const both = [recording, target];
    const wanted = target.records.map(({ metadata: { _index_name: _filled, ...metadata }, ...record }) => ({
      ...record,
      metadata,
    }));
    expect(changed.map((record) => comparable(renamed(record, vectorNames), both))).toStrictEqual(
      wanted.map((record) => comparable(record, both)),
    );
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
 * The same document in two stores: Weaviate takes every number for a float, and Redis has texts alone in fields, no booleans, and a key that may
 * begin with a separator. Haystack in MongoDB has keys of the server's, writes null for
 * what a document has not, and puts metadata that is called like a part of a document aside, which some adapters show as metadata.
 */
function comparable({ id, vectors, metadata, document }: VectorRecord, stores: readonly Recording[]): VectorRecord {
  const inRedis = stores.some(({ store }) => store === 'redis');
  const { meta = {}, ...others } = metadata;
  const kept = Object.entries({ ...(meta as Metadata), ...others }).filter(([key, value]) => {
    return !(inRedis && key === 'published') && !(value === null && ['blob', 'score', 'score__column'].includes(key));
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

it('names of fields are said where the store is named, and a layout that names some is refused', () => {
  const ends = { source: FIELD_STORES.milvus, target: FIELD_STORES.redis, sourceCollection: 'docs' };
  expect(() => createLayout({ from: 'langchain-py:text_key=body', ...ends })).toThrow(/has no text_key in milvus/);
});

it.each(Object.keys(FIELD_STORES) as (keyof typeof FIELD_STORES)[])(
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
