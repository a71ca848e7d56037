import { createQdrant } from '@vsm/adapter-qdrant';
import { createLayoutReader } from '@vsm/layouts';
import { expect, it } from 'vitest';

it('a reader sees the text and the metadata that the application sees', async () => {
  const store = createQdrant({ url: 'http://localhost:1' });
  const read = createLayoutReader('langchain-js', store);
  const stored = { id: '1', vectors: {}, metadata: { content: 'the text', metadata: { source: 'a.md', page: 3 } } };
  expect(read(stored)).toEqual({ document: 'the text', metadata: { source: 'a.md', page: 3 } });
  expect(() => createLayoutReader('langchian-js', store)).toThrow(/langchain-js/);
  await store.close();
});
