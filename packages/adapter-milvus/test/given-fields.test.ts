import { expect, it } from 'vitest';
import { planCreation } from '../src/schema.ts';

// The fields that a layout asks for, so that an application opens the collection as its own.
const dense = { kind: 'dense', dimension: 2, metric: 'cosine' } as const;
const schema = (wanted: Readonly<Record<string, string | readonly string[]>>): Parameters<typeof planCreation>[0] => ({
  name: 'docs',
  vectors: { '': dense },
  native: { milvus: { wanted } },
});

it('a collection has the fields that were asked for, and metadata in the dynamic one', () => {
  const { schema: made, indexes } = planCreation(
    schema({ key: 'pk', document: 'text', texts: ['doc_id'], vector: 'embedding' }),
  );
  expect(made.fields?.map(({ name, isPrimaryKey = false }) => [name, isPrimaryKey])).toStrictEqual([
    ['pk', true],
    ['text', false],
    ['doc_id', false],
    ['embedding', false],
  ]);
  expect(made.dynamic).toBe(true);
  expect(indexes).toStrictEqual([{ field: 'embedding', params: { index_type: 'AUTOINDEX', metric_type: 'COSINE' } }]);
});

it('metadata may have a field of its own, and a sparse vector its place', () => {
  const given = schema({ key: 'id', vector: 'v', sparse: 's', metadata: 'meta' });
  const { schema: made } = planCreation({ ...given, vectors: { '': dense, words: { kind: 'sparse' } } });
  expect(made.fields?.map(({ name }) => name)).toStrictEqual(['id', 'v', 's', 'meta']);
  expect(made.dynamic).toBe(false);
});

it('they are made where the records cannot lie in the fields that they had, and that is said', () => {
  const given = schema({ key: 'pk', vector: 'v' });
  const native = { milvus: { ...given.native?.['milvus'], fields: [{ name: 'other', dataType: 21, key: true }] } };
  const { schema: made, warnings } = planCreation({ ...given, native });
  expect(made.fields?.map(({ name }) => name)).toStrictEqual(['pk', 'v']);
  expect(warnings).toMatchObject([{ detail: expect.stringMatching(/^records lie in the fields that were asked for/) }]);
});

it('nothing is made of what has no place, or no name', () => {
  const fields = { key: 'pk', vector: 'v' };
  const refused =
    (wanted: Parameters<typeof planCreation>[0]): (() => unknown) =>
    () =>
      planCreation(wanted);
  expect(refused({ ...schema(fields), namespaces: true })).toThrow(/has one dense vector, in "v", but .* namespaces/);
  expect(refused({ ...schema(fields), vectors: { a: dense, b: dense } })).toThrow(
    /but the collection has the vectors a, b/,
  );
  expect(refused({ ...schema(fields), vectors: { a: dense, b: { kind: 'sparse' } } })).toThrow(/the vectors a, b/);
  expect(refused(schema({ key: 'pk', vector: 'pk' }))).toThrow(/each by another name/);
  expect(refused(schema({ key: 'p k', vector: 'v' }))).toThrow(/native\.milvus\.wanted must name/);
});
