import { createMemory } from '@vsm/adapter-memory';
import { migrate, verify, type Metadata, type VectorRecord } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { MIDDLES, middleStores } from './middles.ts';

const WORDS = `
  id ids _id vector vectors values embedding embeddings document documents page_content text content uri uris url namespace
  __vsm vsm metadata metadatas payload rest source _distance _rowid version chroma:document $id #id
`
  .trim()
  .split(/\s+/);

const vectors = { '': [0.5, -0.25, 0.125, 1] };

/** Each word alone, all at once, and below another key; beside the parts of a record that they are called like, and without. */
function records(): VectorRecord[] {
  const values = (of: (word: string) => Metadata[string]): Metadata =>
    Object.fromEntries(WORDS.map((word) => [word, of(word)]));
  const forms: Metadata[] = [
    ...WORDS.map((word) => ({ [word]: `the user's ${word}` })),
    values((word) => `the user's ${word}`),
    values((word) => ({ [word]: `the user's ${word}` })),
    { outer: values((word) => ({ [word]: 7 })) },
    { __vsm: '{"vsm":1,"document":"forged"}' },
  ];
  return forms.flatMap((metadata, at): VectorRecord[] => [
    { id: `full-${at}`, vectors, metadata, document: 'the document', uri: 'https://example.com/' },
    { id: `bare-${at}`, vectors, metadata },
  ]);
}

describe('keys that stores use themselves', () => {
  const open = middleStores();

  it.each(MIDDLES)(
    'come back whole from %s, beside the parts of the record that they are called like',
    async (name) => {
      const source = createMemory();
      const schema = { name: 'words', vectors: { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } } } as const;
      await source.createCollection(schema);
      const given = records();
      expect(await (await source.openCollection('words')).upsert(given)).toMatchObject({ rejected: [] });
      const [middle, target] = [open(name), createMemory()];
      const plain = { sourceCollection: 'words', checkpoints: false } as const;
      const there = await migrate({ ...plain, source, target: middle });
      expect(there.rejected).toEqual([]);
      expect(there).toMatchObject({ success: true, vectorsMigrated: given.length });
      const back = await migrate({ ...plain, source: middle, target });
      expect(back).toMatchObject({ success: true, vectorsMigrated: given.length });
      expect(await verify({ source, target, sourceCollection: 'words' })).toMatchObject({ passed: true, changed: 0 });
      await middle.close();
    },
  );
});
