import { own, type Capabilities, type CollectionSchema, type VectorSchema } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectEqual } from '../expectations.ts';
import { DIMENSION, makeRecord } from '../records.ts';
import { canWrite } from './applies.ts';
import { expectVector } from './schema.ts';

export const wholeSchemaCases: readonly ConformanceCase[] = [
  {
    id: 'schema/keeps-all-of-it-where-it-is-promised',
    title:
      'a collection without a metric, with fields, indexes and settings of another store, is described as it was created',
    hint: 'The store keeps only what it understands: capabilities.keepsSchema is not for it.',
    appliesTo: (capabilities) => canWrite(capabilities) && capabilities.keepsSchema,
    async run({ capabilities, filled, reconnect }) {
      const schema = {
        vectors: { '': { kind: 'dense', dimension: DIMENSION } },
        fields: { year: 'integer', price: 'float' },
        indexes: [{ path: 'year', type: 'integer', native: { type: 'integer', range: true } }],
        native: { elsewhere: { hnsw: { m: 16, on_disk: false }, note: null } },
      } as const;
      const { name } = await filled([makeRecord(capabilities, 1)], schema);
      const described = await (await (await reconnect()).openCollection(name)).describe();
      expectVector({ ...described, name }, '', { kind: 'dense', dimension: DIMENSION });
      for (const part of ['fields', 'indexes', 'native'] as const) expectEqual(described[part], schema[part], part);
    },
  },
  {
    id: 'schema/keeps-every-part-where-it-is-promised',
    title: 'every kind of vector, datatype, field and index comes back from a new connection as it was created',
    hint: 'Only the parts that the store needs itself are kept: keep the schema as it was given, in one piece.',
    appliesTo: (capabilities) => canWrite(capabilities) && capabilities.keepsSchema,
    async run({ capabilities, create, reconnect }) {
      const schema = wholeSchema(capabilities);
      const { name } = await create(schema);
      const described = await (await (await reconnect()).openCollection(name)).describe();
      const { vectors, ...others } = schema;
      for (const [part, value] of Object.entries(others)) {
        expectEqual(described[part as keyof CollectionSchema], value, part);
      }
      // A store may learn the dimension with the first record.
      const known = Object.entries(vectors ?? {}).map(([key, vector]) => {
        const learns = vector.kind === 'dense' && own(described.vectors, key)?.dimension === undefined;
        return [key, learns ? { ...vector, dimension: undefined } : vector];
      });
      expectEqual(described.vectors, Object.fromEntries(known), 'vectors');
    },
  },
];

function wholeSchema({
  vectors,
  metrics,
  datatypes,
  namespaces,
  ids,
  unnamedVector,
}: Capabilities): Partial<CollectionSchema> {
  const metric = metrics[0];
  const bits = datatypes.includes('bit') && metrics.includes('hamming');
  const dense = datatypes.map((datatype): [string, VectorSchema] => [
    datatype,
    { kind: 'dense', dimension: 8, metric: datatype === 'bit' && bits ? 'hamming' : metric, datatype },
  ]);
  const named = vectors.includes('named');
  const withName = (kind: 'sparse' | 'multi', schema: VectorSchema): [string, VectorSchema][] =>
    named && vectors.includes(kind) ? [[kind, schema]] : [];
  return {
    vectors: Object.fromEntries([
      ...(!named || unnamedVector === 'beside-named' ? [['', { kind: 'dense', dimension: 4, metric }] as const] : []),
      ...(named ? dense : []),
      ...withName('sparse', { kind: 'sparse', modifier: 'idf' }),
      ...withName('multi', { kind: 'multi', dimension: 3, metric }),
    ]),
    ids: ids[0],
    ...(namespaces && { namespaces: true }),
    fields: { a: 'integer', b: 'float', c: 'boolean', d: 'string', e: 'datetime', f: 'uuid', g: 'string[]', h: 'json' },
    indexes: [
      { path: 'a', type: 'integer' },
      { path: 'd', type: 'keyword', native: { type: 'keyword', is_tenant: true } },
      { path: 'h.inner', type: 'text' },
    ],
    native: { elsewhere: { list: [1, 'two', null] }, another: { nested: { deep: true } } },
  };
}
