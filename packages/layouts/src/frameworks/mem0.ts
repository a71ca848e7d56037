import type { Form, Framework, ScopeRule } from '../form.ts';

/** Of which it wants one for whatever it looks for. */
const USER: ScopeRule = { field: 'user_id', when: 'required', or: ['agent_id', 'run_id'] };

/** Mem0 keeps a memory as one object: its text, its hash, times, whose it is, and what the application adds. */
function memory(metric: Form['metric']): Form {
  return { text: { field: 'data' }, textRequired: true, metadata: 'root', scope: USER, vector: '', metric };
}

export const mem0: Framework = {
  name: 'mem0',
  title: 'Mem0',
  forms: {
    qdrant: () => ({
      ...memory('cosine'),
      sparse: 'bm25',
      ids: ['uuid'],
      indexes: ['user_id', 'agent_id', 'run_id', 'actor_id'].map((path) => ({ path, type: 'keyword' })),
      notMade: ({ sparse }) =>
        sparse
          ? undefined
          : 'Mem0 searches by words in a collection with a sparse vector "bm25", which it makes in new ones and this will not have: it will search by vectors alone',
    }),
    chroma: () => memory('euclidean'),
    pinecone: () => memory('cosine'),
    pgvector: () => ({
      ...memory('cosine'),
      ids: ['uuid'],
      notMade: () =>
        `Mem0's search by words has an index in tables of its own, without which it is slow: CREATE INDEX ON … USING gin (to_tsvector('simple', payload->>'text_lemmatized'))`,
      table: {
        id: { column: 'id', type: 'uuid' },
        metadata: { column: 'payload', type: 'jsonb' },
        vector: { column: 'vector' },
      },
    }),
  },
};
