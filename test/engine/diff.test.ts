import { createMemory } from '@vsm/adapter-memory';
import { diff, type DiffReport, type FilterShorthand, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { alterCollections, filledMemory, makeRecords, plainSchema } from './stores.ts';

const records = makeRecords(2000).map((record, at) => ({ ...record, ...(at % 100 === 0 && { namespace: 'eu' }) }));

async function compare(
  target: VectorStoreV1,
  options: { readonly limit?: number; readonly filter?: FilterShorthand } = {},
): Promise<DiffReport> {
  const source = await filledMemory(records, { ...plainSchema, namespaces: true });
  return diff({ source, target, sourceCollection: 'docs', ...options });
}

function stored(changed: readonly VectorRecord[]): Promise<VectorStoreV1> {
  return filledMemory(changed, { ...plainSchema, namespaces: true });
}

describe('diff', () => {
  it('finds nothing where nothing differs', async () => {
    const report = await compare(await stored(records.toReversed()));
    expect(report).toMatchObject({ equal: true, schema: [], records: { differences: [], valuesCompared: 2000 } });
  });

  it('lists ids that one side has, and changed fields with both values', async () => {
    const changed = records.flatMap((record) => {
      if (record.id === 'record-7') return [{ ...record, metadata: { ...record.metadata, name: 'another' } }];
      if (record.id === 'record-8') return [{ ...record, id: 'new' }];
      return record.id === 'record-100' ? [{ ...record, namespace: 'us' }] : [record];
    });
    const { equal, records: found } = await compare(await stored(changed));
    expect(equal).toBe(false);
    expect(found).toMatchObject({ missing: 2, extra: 2, changed: 1 });
    expect(found.differences).toEqual(
      expect.arrayContaining([
        {
          kind: 'changed',
          id: 'record-7',
          namespace: undefined,
          field: 'metadata.name',
          expected: '"name 7"',
          actual: '"another"',
        },
        { kind: 'missing', id: 'record-8', namespace: undefined },
        { kind: 'extra', id: 'new', namespace: undefined },
        { kind: 'missing', id: 'record-100', namespace: 'eu' },
        { kind: 'extra', id: 'record-100', namespace: 'us' },
      ]),
    );
    expect(found.counts.filter(({ expected, found: there }) => expected !== there)).toEqual([
      { namespace: 'eu', expected: 20, found: 19 },
      { namespace: 'us', expected: 0, found: 1 },
    ]);
  });

  it('lists as many as were asked for, and counts all', async () => {
    const target = await stored(records.slice(300));
    expect((await compare(target)).records.differences).toHaveLength(100);
    const more = await compare(target, { limit: 250 });
    expect(more.records).toMatchObject({ missing: 300 });
    expect(more.records.differences).toHaveLength(250);
    expect((await compare(target, { limit: 0 })).records).toMatchObject({ missing: 300, differences: [] });
    await expect(compare(target, { limit: -1 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('goes on where the schemas differ, and says how', async () => {
    const longer = records.map((record) => ({ ...record, vectors: { '': [...(record.vectors[''] as number[]), 1] } }));
    const target = await filledMemory(longer, {
      ...plainSchema,
      namespaces: true,
      vectors: { '': { kind: 'dense', dimension: 5, metric: 'dot' } },
    });
    const report = await compare(target, { limit: 1 });
    expect(report.schema).toEqual([
      'vector: dimension is 4 in the source, 5 in the target',
      'vector: metric is cosine in the source, dot in the target',
    ]);
    expect(report.records).toMatchObject({ missing: 0, extra: 0, changed: 2000 });
    expect(report.records.differences).toMatchObject([{ expected: '4 dimensions', actual: '5 dimensions' }]);
  });

  it('does not ask for a target that can be written to', async () => {
    const target = alterCollections(await stored(records), (collection) => ({
      describe: async () => ({ ...(await collection.describe()), restrictions: { access: 'It is a view.' } }),
    }));
    expect(await compare(target)).toMatchObject({ equal: true });
  });

  it('is not equal where only the schema differs', async () => {
    const target = await filledMemory(records, {
      ...plainSchema,
      namespaces: true,
      vectors: { '': { kind: 'dense', dimension: 4, metric: 'dot' } },
    });
    const report = await compare(target);
    expect(report).toMatchObject({ equal: false, records: { passed: true } });
  });

  it('is not equal where a side was not read whole', async () => {
    const target = alterCollections(await stored(records), () => ({
      witness: async () => ({ count: 2001, by: 'a footer' }),
    }));
    expect(await compare(target)).toMatchObject({ equal: false, records: { missing: 0, extra: 0, changed: 0 } });
  });

  it('of a filter looks at those alone', async () => {
    const target = await stored(records.filter((_record, at) => at % 2 === 0));
    expect(await compare(target, { filter: { even: true } })).toMatchObject({
      equal: true,
      records: { valuesCompared: 1000 },
    });
  });

  it('of a collection that is not there fails by name', async () => {
    await expect(compare(createMemory())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
