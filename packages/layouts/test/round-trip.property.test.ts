import {
  Float,
  float,
  integer,
  isMetadataArray,
  parseJson,
  stringifyJson,
  type Metadata,
  type MetadataValue,
  type StoreFacts,
  type VectorRecord,
} from '@vsm/core/adapter';
import { createMemory } from '@vsm/adapter-memory';
import {
  createLayout,
  decodeDocument,
  encodeDocument,
  formOf,
  FRAMEWORKS,
  parseLayout,
  REST_KEY,
  type AppDocument,
} from '@vsm/layouts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonJson } from './shapes.ts';

// Whatever an entry holds, no form loses it: what a framework has no place for is kept beside, and comes back.

const FORMS = FRAMEWORKS.flatMap((framework) =>
  Object.keys(framework.forms).map((store) => [framework.name, store] as const),
);

/** Keys that some form treats specially are as likely as any others. */
const key = fc.oneof(
  fc.constantFrom(
    'loc',
    'locFrom',
    'locTo',
    'a.b',
    'a',
    '0',
    '1',
    'text',
    'content',
    'page_content',
    'metadata',
    'meta',
  ),
  fc.constantFrom(
    'doc_id',
    'ref_doc_id',
    '_node_content',
    '_node_type',
    'id',
    'node_id',
    'group_id',
    'tenant_id',
    'blob',
  ),
  fc.constantFrom('collection', 'collection_name', 'collection_id', 'external_id', '__vsm_layout', '__proto__', ''),
  fc.string({ maxLength: 5 }),
);
const scalar: fc.Arbitrary<MetadataValue> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('', '{"a":1}', '[1,2]', '{', 'None', '{"vsm":1}'),
  fc.integer(),
  fc.bigInt().map(integer),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'value' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as Metadata),
    fc.record({ lines: fc.record({ from: fc.integer(), to: fc.integer() }) }) as unknown as fc.Arbitrary<Metadata>,
  ),
}));
const metadata: fc.Arbitrary<Metadata> = fc
  .array(fc.tuple(key, value), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });

interface Parts {
  readonly id: string;
  readonly text: string | undefined;
  readonly metadata: Metadata;
  readonly source: string | undefined;
  readonly extra: Metadata | undefined;
  readonly node: 'python' | 'typescript' | 'resource' | undefined;
}

const parts: fc.Arbitrary<Parts> = fc.record({
  id: fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 12 })),
  text: optional(fc.string({ unit: 'grapheme', maxLength: 20 })),
  metadata,
  source: optional(fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 6 })).filter((id) => id !== 'None')),
  extra: optional(metadata.filter((extra) => Object.keys(extra).length > 0)),
  node: fc.constantFrom('python', 'typescript', 'resource', undefined),
});

function documentOf({ node, text, source, extra, ...rest }: Parts): AppDocument {
  return {
    ...rest,
    vectors: { '': [1, 2, 3] },
    ...(text !== undefined && { text }),
    ...(source !== undefined && { source }),
    ...(extra !== undefined && { extra }),
    ...(node !== undefined && { node: nodeOf(node, rest.id, text ?? '') }),
  };
}

function nodeOf(kind: 'python' | 'typescript' | 'resource', id: string, text: string): AppDocument['node'] {
  if (kind === 'typescript') {
    return { type: 'TextNode', content: JSON.stringify({ id_: id, relationships: {}, text, type: 'TEXT', hash: 'x' }) };
  }
  const body = kind === 'resource' ? { text_resource: { embeddings: null, text, mimetype: null } } : { text };
  const type = kind === 'resource' ? 'Document' : 'TextNode';
  return { type, content: pythonJson({ id_: id, metadata: {}, ...body, class_name: type }) };
}

describe.each(FORMS)('%s in %s', (name, store) => {
  const { form } = formOf(parseLayout(name), store);

  it('gives back every entry that it was given', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const document = documentOf(given);
        const { node, ...read } = decodeDocument(encodeDocument(document, form), form);
        const { node: wanted, ...expected } = document;
        const source = form.drops?.node === undefined ? read.source : expected.source;
        expect(canonical(withoutUndefined({ ...read, source }))).toBe(canonical(withoutUndefined(expected)));
        // A node that is built for an entry without one says nothing more; one that was there is there again.
        const kept = wanted === undefined || form.drops?.node !== undefined;
        expect(kept ? undefined : parsedNode(node)).toStrictEqual(kept ? undefined : parsedNode(wanted));
      }),
      { numRuns: 60 },
    );
  });
});

function parsedNode(node: AppDocument['node']): unknown {
  if (node === undefined) return undefined;
  const withoutNulls = (_key: string, item: unknown): unknown =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).filter(([, member]) => member !== null))
      : item;
  return { type: node.type, content: JSON.parse(node.content, withoutNulls) as unknown };
}

const memory: StoreFacts = createMemory();
const ALIKE = FRAMEWORKS.filter(({ name }) => name !== 'llamaindex-ts').flatMap(({ name, forms }) => {
  const stores = Object.keys(forms).filter((store) => store !== 'lancedb');
  return stores.flatMap((from) => stores.flatMap((to) => (from === to ? [] : [[name, from, to] as const])));
});

describe.each(ALIKE)('%s from %s to %s and back', (name, from, to) => {
  const scope = 'scope=5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60';
  const scoped = ['dify', 'open-webui', 'mem0'].includes(name) ? `,${scope}` : '';
  const step = (source: string, target: string): ReturnType<typeof createLayout> =>
    createLayout({
      from: `${name}:store=${source}${scoped}${name === 'open-webui' && source === 'pgvector' ? ',dimension=3' : ''}`,
      to: `${name}:store=${target}${scoped}`,
      source: memory,
      target: memory,
      sourceCollection: 'docs',
    });
  const there = step(from, to);
  const back = step(to, from);
  const start = createLayout({
    from: `langchain-py:store=chroma`,
    to: `${name}:store=${from}${scoped}`,
    source: memory,
    target: memory,
    sourceCollection: 'docs',
  });

  it('is every record as it was', () => {
    fc.assert(
      fc.property(parts, ({ id, text, metadata: fields }) => {
        const document = {
          id,
          vectors: { '': [1, 2, 3] },
          metadata: fields,
          ...(text !== undefined && { document: text }),
        };
        const record = formed(start.change(document));
        const returned = formed(back.change(formed(there.change(record))));
        expect(plain(returned)).toBe(plain(record));
      }),
      { numRuns: 25 },
    );
  });
});

function formed(record: ReturnType<ReturnType<typeof createLayout>['change']>): VectorRecord {
  if ('refused' in record) throw new Error(record.refused);
  return record;
}

/** Vectors as lists, and without what is undefined. */
function plain({ vectors, namespace, document, ...record }: VectorRecord): string {
  const lists = Object.entries(vectors).map(([name, vector]): [string, MetadataValue] => [
    name,
    [...(vector as number[])],
  ]);
  return canonical({
    ...record,
    vectors: Object.fromEntries(lists),
    namespace: namespace ?? null,
    document: document ?? null,
  } as Metadata);
}

function withoutUndefined(document: object): Metadata {
  return Object.fromEntries(Object.entries(document).filter(([, item]) => item !== undefined));
}

/** Equal for values that no store could tell apart: the order of keys is none of them, the type of a number is. */
function canonical(given: MetadataValue): string {
  return stringifyJson(sorted(given));
}

/** JSON that VSM may write anew, with the keys of its objects in another order. */
const OWN_JSON: Readonly<Record<string, string>> = { [REST_KEY]: '{"vsm":1,', _node_content: '{"id_":' };

function parsed(name: string, item: MetadataValue): MetadataValue {
  const start = Object.hasOwn(OWN_JSON, name) ? OWN_JSON[name] : undefined;
  return typeof item === 'string' && start !== undefined && item.startsWith(start) ? parseJson(item) : item;
}

function sorted(given: MetadataValue): MetadataValue {
  if (typeof given !== 'object' || given === null || Float.isInstance(given)) return given;
  if (isMetadataArray(given)) return given.map(sorted);
  return Object.entries(given)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, item]) => [name, sorted(parsed(name, item))]);
}

describe('from one framework to another and back', () => {
  const stores = ['qdrant', 'chroma', 'pinecone'] as const;
  const pairs = FRAMEWORKS.flatMap((from, at) => {
    const to = FRAMEWORKS[(at + 3) % FRAMEWORKS.length] ?? from;
    return stores.map((store, index) => [from.name, to.name, store, stores[(index + 1) % 3] ?? store] as const);
  });
  const scope = 'scope=5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60';

  it.each(pairs)('%s to %s, %s to %s', (fromName, toName, fromStore, toStore) => {
    const step = (source: string, target: string): ReturnType<typeof createLayout> =>
      createLayout({ from: source, to: target, source: memory, target: memory, sourceCollection: 'docs' });
    const [one, other] = [`${fromName}:store=${fromStore},${scope}`, `${toName}:store=${toStore},${scope}`];
    const [start, there, back] = [step('langchain-py:store=chroma', one), step(one, other), step(other, one)];
    fc.assert(
      fc.property(parts, ({ id, text, metadata: fields }) => {
        const document = {
          id,
          vectors: { '': [1, 2, 3] },
          metadata: fields,
          ...(text !== undefined && { document: text }),
        };
        const record = formed(start.change(document));
        expect(plain(formed(back.change(formed(there.change(record)))))).toBe(plain(record));
      }),
      { numRuns: 15 },
    );
  });
});
