import { createMemory } from '@vsm/adapter-memory';
import { migrate, readPages, readRecords, ValidationError } from '@vsm/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, it } from 'vitest';
import { filledMemory, makeRecords } from './stores.ts';

const few = makeRecords(25);

it('pages and records of a collection come one after the other, filtered where asked', async () => {
  const collection = await (await filledMemory(few)).openCollection('docs');
  const sizes: number[] = [];
  for await (const page of readPages(collection, { limit: 10 })) sizes.push(page.length);
  expect(sizes).toEqual([10, 10, 5]);
  const ids: string[] = [];
  for await (const { id, vectors } of readRecords(collection, {
    filter: { index: { $lt: 3 } },
    include: ['metadata'],
  })) {
    ids.push(id);
    expect(vectors).toEqual({});
  }
  expect(ids.toSorted()).toEqual(['record-0', 'record-1', 'record-2']);
});

/** Leaves everything but the index out. */
const indexed: StandardSchemaV1<unknown, { readonly index: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { index } = value as { index: number };
      return index < 20 ? { value: { index } } : { issues: [{ message: 'too large', path: ['index'] }] };
    },
  },
};

it('a schema types the metadata, and names the record that does not fit', async () => {
  const collection = await (await filledMemory(few)).openCollection('docs');
  let sum = 0;
  for await (const { metadata } of readRecords(collection, { metadata: indexed, filter: { index: { $lt: 4 } } })) {
    sum += metadata.index;
  }
  expect(sum).toBe(6);
  const all = async (): Promise<void> => {
    for await (const { id } of readRecords(collection, { metadata: indexed })) expect(id).toBeDefined();
  };
  await expect(all()).rejects.toThrow(ValidationError);
  await expect(all()).rejects.toThrow(/"record-20".*index: too large/);
});

it('a schema types what a migration filters and transforms, takes nothing away, and lets nothing by that does not fit', async () => {
  const source = await filledMemory(few.map((one) => ({ ...one, metadata: { ...one.metadata, kept: one.id } })));
  const target = createMemory();
  const asked = { source, target, sourceCollection: 'docs', checkpoints: false, metadata: indexed } as const;
  const { success, vectorsMigrated } = await migrate({
    ...asked,
    filter: { index: { $lt: 3 } },
    transform: ({ metadata, ...record }) => ({ ...record, metadata: { ...metadata, next: metadata.index + 1 } }),
  });
  expect({ success, vectorsMigrated }).toEqual({ success: true, vectorsMigrated: 3 });
  const [found] = await (await target.openCollection('docs')).fetch(['record-2']);
  expect(found?.metadata).toMatchObject({ index: 2, next: 3, kept: 'record-2' });
  await target.dropCollection?.('docs');
  await expect(migrate(asked)).rejects.toThrow(/record "record-2\d" does not fit the schema: index: too large/);
  expect(await target.listCollections()).toEqual([]);
});
