// Held by `npm run check`: the compiler accepts what people write, and refuses what fails at run time.
import {
  dropRecord,
  migrate,
  readRecords,
  VectorStoreMigrator,
  type FilterShorthand,
  type ReadableCollection,
  type VectorStoreV1,
} from '@vsm/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';

interface Article {
  readonly year: number;
  readonly status: 'draft' | 'published';
  readonly tags: readonly string[];
}

declare const field: string;
declare const source: VectorStoreV1;
declare const target: VectorStoreV1;
declare const collection: ReadableCollection;
declare const article: StandardSchemaV1<unknown, Article>;

export const filters: readonly FilterShorthand[] = [
  { status: 'published', year: 2025 },
  { status: 'p', year: { $gte: 2025 }, $or: [{ lang: 'en' }, { lang: ['de', 'fr'] }], $not: { 'a.b': null } },
  { [field]: { $gt: 5 } },
  // @ts-expect-error an operator that there is not
  { year: { $gtee: 1 } },
  // @ts-expect-error the same beside one that there is
  { year: { $gte: 1, $gtee: 2 } },
  // @ts-expect-error and below a logical one
  { $not: { year: { $gtee: 1 } } },
];

export const typed: readonly FilterShorthand<Article>[] = [
  { year: { $gte: 2020 }, status: 'draft', tags: 'news' },
  // @ts-expect-error a field that there is not
  { yeer: 2020 },
  // @ts-expect-error a value that there is not
  { status: 'gone' },
  // @ts-expect-error a value of another type
  { year: { $gte: 'recent' } },
];

export async function years(): Promise<number[]> {
  const found: number[] = [];
  for await (const { metadata } of readRecords(collection, { metadata: article, filter: { year: { $gte: 2020 } } })) {
    found.push(metadata.year);
  }
  for await (const { metadata } of readRecords(collection)) {
    // @ts-expect-error without a schema a field may be anything, or missing
    found.push(metadata['year']);
  }
  return found;
}

export async function moves(): Promise<void> {
  await migrate({ source, target, sourceCollection: 'docs' });
  await migrate({ source, target, collectionName: 'docs' });
  // @ts-expect-error no collection is named
  await migrate({ source, target });
  await migrate({
    source,
    target,
    sourceCollection: 'docs',
    metadata: article,
    filter: { year: { $gte: 2020 } },
    transform: (record) =>
      record.metadata.year < 2000 ? dropRecord('too old') : { ...record, document: record.metadata.tags.join() },
  });
  // @ts-expect-error a field that there is not, in a filter
  await migrate({ source, target, collectionName: 'docs', metadata: article, filter: { yeer: 2020 } });
  await migrate({
    source,
    target,
    sourceCollection: 'docs',
    metadata: article,
    // @ts-expect-error a field that there is not, in a transform
    transform: (record) => ({ ...record, document: record.metadata.titel }),
  });
  const migrator = new VectorStoreMigrator({ source, target });
  await migrator.verify({
    sourceCollection: 'docs',
    metadata: article,
    transform: ({ metadata, ...record }) => ({ ...record, metadata: { year: metadata.year } }),
  });
}

export function untouched(readable: ReadableCollection): void {
  // @ts-expect-error a source has no verbs that write
  void readable.upsert([]);
}
