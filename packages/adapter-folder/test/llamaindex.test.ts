import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, type Metadata } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { FIXTURES, temporary, unpack } from './unpack.ts';

interface Expected {
  readonly id: string;
  readonly vector: readonly number[];
  readonly text: string;
  readonly metadata: Metadata;
  readonly source: string | null;
}

describe.each([
  ['python-0.14.25', 'default__vector_store.json', 'docstore.json'],
  ['typescript-0.12.1', 'vector_store.json', 'doc_store.json'],
])('a storage folder of LlamaIndex, %s', (version, vectors, documents) => {
  const archive = `llamaindex/${version}`;

  it('has the nodes of its vector store, with their texts and metadata', async () => {
    const expected = parseJson(
      readFileSync(join(FIXTURES, `${archive}.expected.json`), 'utf8'),
    ) as unknown as readonly Expected[];
    await using store = createFolder({ path: unpack(archive) });
    expect(await store.listCollections()).toEqual(['default']);
    const collection = await store.openCollection('default');
    const records = await readAll(collection);
    expect(records.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    for (const [at, { id, vector, text, metadata, source }] of expected.entries()) {
      const record = records[at];
      expect(record).toMatchObject({ id, document: text });
      expect(record?.metadata).toMatchObject({ ...metadata, ref_doc_id: source ?? 'None', _node_type: 'TextNode' });
      expect(vectorOf(record)).toEqual(vector.map(Number));
      expect(JSON.parse(record?.metadata['_node_content'] as string)).toMatchObject({ id_: id, text });
    }
    const ids = records.map(({ id }) => id);
    expect(await collection.fetch(['nowhere', ...ids])).toEqual(records);
  });

  it('says of how many entries there is no vector', async () => {
    await using store = createFolder({ path: unpack(archive) });
    const { notes } = await (await store.openCollection('default')).describe();
    const isPython = version.startsWith('python');
    expect(notes?.some((note) => note.includes('has 3 entries more than there are vectors'))).toBe(!isPython);
  });

  it('is refused by the name of the file where the JSON of it is cut', async () => {
    for (const file of [vectors, documents]) {
      const path = unpack(archive);
      truncateSync(join(path, file), 700);
      await using store = createFolder({ path });
      await expect(store.openCollection('default')).rejects.toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringContaining(`${file}: it is cut: it ends at byte 700`),
      });
    }
  });

  it('without its documents has vectors alone, and says so', async () => {
    const path = unpack(archive);
    rmSync(join(path, documents));
    await using store = createFolder({ path });
    const collection = await store.openCollection('default');
    expect((await collection.describe()).notes?.join()).toContain('there is no docstore.json beside it');
    for (const { metadata, document } of await readAll(collection))
      expect({ metadata, document }).toEqual({ metadata: {} });
  });
});

describe('a node that cannot be read', () => {
  it.each([
    ['is missing', '{"docstore/data":{}}', 'has no node of it'],
    [
      'has NaN in its metadata',
      '{"docstore/data":{"a":{"__data__":{"metadata":{"x":NaN}},"__type__":"1"}}}',
      'no JSON that others read',
    ],
    ['is no node', '{"docstore/data":{"a":[1]}}', 'it has no node in "__data__"'],
  ])('that %s is refused by its id', async (_what, documents, reason) => {
    const path = temporary();
    writeFileSync(join(path, 'default__vector_store.json'), '{"embedding_dict":{"a":[1,2]}}');
    writeFileSync(join(path, 'docstore.json'), documents);
    await using store = createFolder({ path });
    const [record] = await readAll(await store.openCollection('default'));
    expect(record).toMatchObject({ id: 'a', metadata: { '(node)': { reason: expect.stringContaining(reason) } } });
  });

  it('with a vector that holds NaN has no number there', async () => {
    const path = temporary();
    writeFileSync(join(path, 'default__vector_store.json'), '{"embedding_dict":{"a":[1, NaN]}}');
    await using store = createFolder({ path });
    expect(vectorOf((await readAll(await store.openCollection('default')))[0])).toEqual([1, Number.NaN]);
  });
});
