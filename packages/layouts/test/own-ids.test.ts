import type { Metadata } from '@vsm/core/adapter';
import { decodeDocument, encodeDocument, formOf, parseLayout } from '@vsm/layouts';
import { expect, it } from 'vitest';

// Metadata of an application may be called as the framework calls the field that holds the id.

it.each<[string, string, Metadata]>([
  ['haystack', 'mongodb', { id: 'mine', id__column: 'doc', page: 1 }],
  ['haystack', 'mongodb', { id: 7, id__column: 'doc', page: 1 }],
  // Where one record has it, the field is called so in all of them.
  ['haystack', 'mongodb', { id__column: 'doc', page: 1 }],
  ['llamaindex-py', 'redis', { id: 'mine', id__column: 'doc', page: 1 }],
  ['llamaindex-py', 'pgvector', { node_id: 'mine', node_id__column: 'doc', page: 1 }],
])('of %s in %s the id is that of the field, and metadata of its name stays', (framework, store, payload) => {
  const { form } = formOf(parseLayout(framework), store);
  const read = decodeDocument({ id: '1', payload, vectors: {}, document: 'text' }, form);
  const { id__column: _id, node_id__column: _nodeId, ...metadata } = payload;
  expect(read).toMatchObject({ id: 'doc', metadata });
  expect(decodeDocument(encodeDocument(read, form), form).metadata).toStrictEqual(metadata);
});

it('what is no text is no id, and stays', () => {
  const { form } = formOf(parseLayout('haystack'), 'elasticsearch');
  const read = decodeDocument({ id: 'doc', payload: { id: 7 }, vectors: {}, document: 'text' }, form);
  expect(read).toMatchObject({ id: 'doc', metadata: { id: 7 } });
});
