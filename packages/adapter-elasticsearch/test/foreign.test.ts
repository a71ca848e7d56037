import { describe, expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';
import { ask, load, readAll, vectorField } from './rest.ts';
import { testIndex } from './server.ts';

// Indices as applications make them, on a real server as well: OPENSEARCH_URL or ELASTICSEARCH_URL.
const { server, opensearch, index, copy } = await testIndex('foreign');

const V = [0.25, 1, -3.5, 0.125, 4, 5, 6, 7];
const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };

interface Application {
  readonly title: string;
  readonly vector: string;
  readonly document: string;
  readonly properties?: object;
  readonly source: object;
  readonly metadata: object;
}

/** As @langchain/community makes it, of which there are no fixtures; those of Python are in applications.test.ts. */
const LANGCHAIN_JS: Application = {
  title: 'LangChain JS',
  vector: 'embedding',
  document: 'text',
  properties: { text: { type: 'text' }, metadata: { type: 'object' } },
  source: { text: 'one', metadata: { loc: { lines: { from: 1, to: 9 } } } },
  metadata: { loc: { lines: { from: 1, to: 9 } } },
};
const APPLICATIONS: readonly Application[] = [
  LANGCHAIN_JS,
  {
    ...LANGCHAIN_JS,
    title: 'metadata with nothing and lists in it',
    vector: 'vector_field',
    properties: { text, metadata: { properties: { source: text } } },
    source: { text: 'one', metadata: { source: 'a.txt', nested: { deep: [1, 2, null] } } },
    metadata: { source: 'a.txt', nested: { deep: [1, 2, null] } },
  },
];

async function make(application: Application): Promise<void> {
  const properties = { ...application.properties, [application.vector]: vectorField(opensearch, V.length) };
  const settings = opensearch ? { index: { knn: true } } : {};
  const made = await ask(server.url, 'PUT', index, { settings, mappings: { properties } });
  if (made.acknowledged !== true) throw new Error(JSON.stringify(made));
  await load(server.url, index, {
    a: { ...application.source, [application.vector]: V },
    b: { ...application.source },
  });
}

describe.each(APPLICATIONS)('$title', (application) => {
  it('is recognised, read whole, and copied with its mapping', async () => {
    await make(application);
    await using store = createElasticsearch({ url: server.url });
    const collection = await store.openCollection(index);
    const described = await collection.describe();
    expect(described.undecided).toBeUndefined();
    expect(described.vectors).toEqual({ '': { kind: 'dense', dimension: V.length, metric: 'euclidean' } });
    const role = (field: string): string | undefined => described.reading?.find((one) => one.field === field)?.role;
    expect([role('_id'), role(application.vector), role(application.document)]).toEqual(['id', 'vector', 'document']);
    const whole = { document: 'one', metadata: application.metadata };
    const records = await readAll(collection);
    expect(records.map(({ id, vectors, ...rest }) => [id, Array.from((vectors[''] ?? []) as number[]), rest])).toEqual([
      ['a', V, expect.objectContaining(whole)],
      ['b', [], expect.objectContaining(whole)],
    ]);
    await store.createCollection({ ...described, name: copy });
    const target = await store.openCollection(copy);
    expect(await target.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    await target.flush?.();
    expect(await readAll(target)).toEqual(records);
    // What the application looks for is where it was.
    const { docs } = await ask(
      server.url,
      'POST',
      `${copy}/_mget${opensearch ? '' : '?_source_exclude_vectors=false'}`,
      { ids: ['a'] },
    );
    expect(docs?.[0]?.['_source']).toEqual({ ...application.source, [application.vector]: V });
  });
});

it('two texts that could each be the document stop the plan', async () => {
  await make({
    ...LANGCHAIN_JS,
    source: { text: 'one', content: 'two' },
    properties: { text: { type: 'text' }, content: { type: 'text' } },
  });
  await using store = createElasticsearch({ url: server.url });
  const { undecided } = await (await store.openCollection(index)).describe();
  expect(undecided?.[0]).toContain('document=');
  await using named = createElasticsearch({ url: server.url, document: 'content' });
  const [record] = await readAll(await named.openCollection(index));
  expect(record).toMatchObject({ document: 'two', metadata: { text: 'one' } });
});

it('vectors that are not in the source are refused by name', async () => {
  const mappings = { _source: { excludes: ['vector'] }, properties: { vector: vectorField(opensearch, V.length) } };
  await ask(server.url, 'PUT', index, { settings: opensearch ? { index: { knn: true } } : {}, mappings });
  await using store = createElasticsearch({ url: server.url });
  const collection = await store.openCollection(index);
  const refused = { code: 'INVALID_DATA', message: expect.stringMatching(/vectors of "vector" .*ignore=vector/) };
  await expect(collection.describe()).rejects.toMatchObject(refused);
  await expect(collection.scan({ limit: 1, include: [] })).rejects.toMatchObject(refused);
});

it('a field of the mapping narrows a scan, and misses nothing', async () => {
  const properties = {
    vector: vectorField(opensearch, V.length),
    year: { type: 'long' },
    kind: text,
    score: { type: 'double' },
  };
  await ask(server.url, 'PUT', index, {
    settings: opensearch ? { index: { knn: true } } : {},
    mappings: { properties },
  });
  const years = Array.from(
    { length: 20 },
    (_, at) => [`d${at}`, { vector: V, year: 2000 + at, kind: at % 2 === 0 ? 'even' : 'odd', score: at / 4 }] as const,
  );
  await load(server.url, index, Object.fromEntries(years));
  await using store = createElasticsearch({ url: server.url });
  const collection = await store.openCollection(index);
  const count = async (filter: Parameters<typeof collection.count>[0]): Promise<number> =>
    (await collection.count(filter)).value;
  expect(await count({ filter: { op: 'gte', path: 'year', value: 2015 } })).toBe(5);
  expect(
    await count({
      filter: {
        op: 'and',
        of: [
          { op: 'lte', path: 'score', value: 1 },
          { op: 'eq', path: 'year', value: 2004 },
        ],
      },
    }),
  ).toBe(1);
  const filter = { op: 'gt', path: 'year', value: 2015.5 } as const;
  expect((await collection.scan({ limit: 100, include: ['metadata'], filter })).records.map(({ id }) => id)).toEqual([
    'd16',
    'd17',
    'd18',
    'd19',
  ]);
  // Nothing is narrowed by what the field cannot say.
  expect(await count({ filter: { op: 'eq', path: 'year', value: 'never' } })).toBe(20);
});
