import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { StoreFacts } from '@vsm/core/adapter';
import { createLayout } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';
import { FIELD_SHAPES, FIELD_STORES, type FieldStore } from './shapes-fields.ts';
import { plainVector, SHAPES, type Sample, type Shape } from './shapes.ts';

// Between the stores of both tables of docs/layouts.md, both ways: what the framework wrote in one becomes, value for value, what it
// would have written in the other.

const OLDER = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pinecone: createPinecone({ apiKey: 'none' }),
  pgvector: createPgvector({ client: { query: () => Promise.resolve({ rows: [] }) } }),
} as const satisfies Record<string, StoreFacts>;
const sample: Sample = {
  id: '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01',
  text: 'Zürich: "lines"\nand \\ 漢字 😀',
  metadata: { title: 'a.pdf', page: 3, score: 0.5, final: true, tags: ['one', 'two'] },
  vector: [0.25, -1, 3],
  source: 'doc-1',
  scope: '',
};

function moved(framework: string, [from, source]: [Shape, StoreFacts], target: StoreFacts): unknown {
  const layout = createLayout({ from: framework, source, target, sourceCollection: 'docs' });
  const { vectorNames = {} } = layout.adapt({ name: 'docs', vectors: plainVector });
  const changed = layout.change(from(sample));
  if ('refused' in changed) throw new Error(changed.refused);
  const vectors = Object.entries(changed.vectors).map(([name, vector]) => [vectorNames[name] ?? name, vector]);
  return { ...changed, vectors: Object.fromEntries(vectors) as unknown };
}

describe.each(Object.entries(FIELD_SHAPES))('%s', (framework, newer) => {
  const older = SHAPES[framework]?.shapes ?? {};
  const pairs = (Object.keys(OLDER) as (keyof typeof OLDER)[]).flatMap((one) =>
    (Object.keys(newer) as FieldStore[]).map((other) => [one, other] as const),
  );
  it.each(pairs)('%s ↔ %s', (one, other) => {
    const [left, right] = [older[one], newer[other]];
    if (left === undefined || right === undefined) throw new Error('a form is missing');
    expect(moved(framework, [left, OLDER[one]], FIELD_STORES[other])).toStrictEqual(right(sample));
    expect(moved(framework, [right, FIELD_STORES[other]], OLDER[one])).toStrictEqual(left(sample));
  });
});
