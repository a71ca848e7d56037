import type { StoreFacts, VectorRecord } from '@vsm/core/adapter';
import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createLayout } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';
import { plainVector, SHAPES, type Sample } from './shapes.ts';

// Each pair of section "what goes where" of docs/layouts.md, both ways: what the framework wrote in one store becomes, value for
// value, what it would have written in the other.

const STORES: Readonly<Record<string, StoreFacts>> = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pinecone: createPinecone({ apiKey: 'none' }),
  pgvector: createPgvector({ client: { query: () => Promise.resolve({ rows: [] }) } }),
};

const PAIRS = [
  ['chroma', 'qdrant'],
  ['pinecone', 'qdrant'],
  ['pinecone', 'pgvector'],
  ['chroma', 'pgvector'],
  ['qdrant', 'pinecone'],
  ['pgvector', 'qdrant'],
] as const;

type Store = (typeof PAIRS)[number][number];

const SCOPE = '5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60';
const sample: Sample = {
  id: '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01',
  text: 'Zürich: "lines"\nand \\ 漢字 😀',
  metadata: { title: 'a.pdf', page: 3, score: 0.5, final: true, tags: ['one', 'two'] },
  vector: [0.25, -1, 3],
  source: 'doc-1',
  scope: SCOPE,
};

function sampleOf(framework: string, from: Store): Sample {
  // In Chroma, LangChain JS leaves out what else it knows of a place.
  const loc = { lines: { from: 1, to: 20 }, ...(from !== 'chroma' && { pageNumber: 7 }) };
  const metadata: Sample['metadata'] = ['langchain-js', 'flowise', 'n8n'].includes(framework)
    ? { ...sample.metadata, loc }
    : framework === 'dify'
      ? { ...sample.metadata, doc_id: sample.id, nested: { a: [1, 2] } }
      : sample.metadata;
  return { ...sample, metadata };
}

function layoutOf(framework: string, from: Store, to: Store, scoped: boolean): ReturnType<typeof createLayout> {
  const { options, collections } = SHAPES[framework] ?? {};
  const spec = (store: Store, more: readonly string[]): string => {
    const settings = [...more, options?.[store]].filter((one) => one !== undefined);
    return settings.length === 0 ? framework : `${framework}:${settings.join(',')}`;
  };
  return createLayout({
    from: spec(from, [
      ...(scoped ? [`scope=${SCOPE}`] : []),
      ...(framework === 'open-webui' && from === 'pgvector' ? ['dimension=3'] : []),
    ]),
    to: spec(to, []),
    source: STORES[from] as StoreFacts,
    target: STORES[to] as StoreFacts,
    sourceCollection: collections?.[from] ?? 'docs',
  });
}

function renamed(record: VectorRecord, names: Readonly<Record<string, string>> | undefined): VectorRecord {
  return {
    ...record,
    vectors: Object.fromEntries(
      Object.entries(record.vectors).map(([name, vector]) => [
        names?.[name] ?? name,
        [...(vector as Iterable<number>)],
      ]),
    ),
  };
}

describe.each(Object.entries(SHAPES))('%s', (framework, { shapes, rebuilt, vectors }) => {
  it.each(PAIRS.flatMap(([from, to]) => [[from, to] as const, [to, from] as const]))('%s → %s', (from, to) => {
    const before = shapes[from];
    // Where a store kept no node, one is built.
    const after = (from === 'pgvector' ? rebuilt?.[to] : undefined) ?? shapes[to];
    if (before === undefined || after === undefined) throw new Error('a form is missing');
    const own = sampleOf(framework, from);
    // The names of Dify's collections say whose they are.
    const scoped = framework === 'open-webui' || (framework === 'dify' && from === 'pinecone');
    const layout = layoutOf(framework, from, to, scoped);
    const adapted = layout.adapt({ name: 'docs', vectors: vectors?.[from] ?? plainVector });
    const changed = layout.change(before(own));
    if ('refused' in changed) throw new Error(changed.refused);
    expect(Object.keys(adapted.schema.vectors).map((name) => adapted.vectorNames?.[name] ?? name)).toStrictEqual(
      Object.keys(vectors?.[to] ?? plainVector),
    );
    const expected = after(own);
    const { __vsm_layout: rest, ...metadata } = changed.metadata;
    expect(renamed({ ...changed, metadata }, adapted.vectorNames)).toStrictEqual(expected);
    const leavesOut = ['langchain-js', 'flowise', 'n8n'].includes(framework) && to === 'chroma';
    // Which VSM keeps.
    expect(rest).toBe(
      leavesOut ? '{"vsm":1,"metadata":{"loc":{"lines":{"from":1,"to":20},"pageNumber":7}}}' : undefined,
    );
  });
});
