import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { createLayout } from '@vsm/layouts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonJson } from './shapes.ts';

// Tables as frameworks make them in LanceDB, which can be moved from there.

let folder: string;
let store: VectorStoreV1;
const qdrant = createQdrant({ url: 'http://localhost:1' });
const id = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-layouts-lancedb-'));
  const lance = await connect(folder);
  const node = { id_: 'n', metadata: { page: 1 }, text: '', class_name: 'TextNode' };
  const inside = { page: 1, _node_content: pythonJson(node), _node_type: 'TextNode', ref_doc_id: 'd' };
  await lance.createTable('vectorstore', [
    { id, text: 'first', vector: [1, 2], metadata: { source: 'a.txt', page: 1 } },
  ]);
  await lance.createTable('vectors', [{ id: 'n', doc_id: 'd', text: 'first', vector: [1, 2], metadata: inside }]);
  await lance.createTable('mastra', [{ id, vector: [1, 2], metadata_text: 'first', metadata_page: 1 }]);
  lance.close();
  store = createLanceDb({ uri: folder });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function moved(layout: string, table: string): Promise<VectorRecord> {
  const { records } = await (await store.openCollection(table)).scan({ limit: 1, include: ['vectors', 'metadata'] });
  const step = createLayout({ from: layout, source: store, target: qdrant, sourceCollection: table });
  const record = step.change(records[0] as VectorRecord);
  if ('refused' in record) throw new Error(record.refused);
  return record;
}

// The library takes every number of JavaScript for a float.
it('LangChain for Python keeps metadata in a struct', async () => {
  expect(await moved('langchain-py', 'vectorstore')).toMatchObject({
    id,
    metadata: { page_content: 'first', metadata: { source: 'a.txt', page: { value: 1 } } },
  });
});

it('LlamaIndex for Python keeps its node there too, without the text', async () => {
  const { metadata, ...record } = await moved('llamaindex-py', 'vectors');
  expect(record).toMatchObject({ id: 'n' });
  expect(metadata).toMatchObject({ page: { value: 1 }, doc_id: 'd', ref_doc_id: 'd', _node_type: 'TextNode' });
  expect(JSON.parse(metadata['_node_content'] as string)).toMatchObject({ id_: 'n', text: 'first' });
  expect(metadata).not.toHaveProperty('__vsm_layout');
});

it('Mastra makes a column of every field', async () => {
  expect(await moved('mastra', 'mastra')).toMatchObject({ id, metadata: { text: 'first', page: { value: 1 } } });
});

it('None of these tables is made by VSM', () => {
  const ends = { source: qdrant, target: store, sourceCollection: 'docs' };
  expect(() => createLayout({ from: 'langchain-py', ...ends })).toThrow(/makes in lancedb, VSM does not make/);
});
