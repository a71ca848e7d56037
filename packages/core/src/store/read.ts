import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ValidationError } from '../errors.ts';
import { parseFilter, type FilterShorthand } from '../filter/shorthand.ts';
import type { Metadata, VectorRecord } from '../spec/record.ts';
import type { Cursor, Partition, ReadableCollection, ScanPage, ScanRequest } from '../spec/v1.ts';
import { CursorTrail } from './cursor-trail.ts';

export interface ReadOptions<M = Metadata> {
  /** Such as `{ year: { $gte: 2025 } }`. */
  readonly filter?: FilterShorthand<M> | undefined;
  /** Only this one, `''` being the default namespace. @default all of them */
  readonly namespace?: string | undefined;
  readonly partition?: Partition | undefined;
  /** Records a page, at the most. @default 1000 */
  readonly limit?: number | undefined;
  /** Ids and namespaces always come. @default vectors and metadata */
  readonly include?: ScanRequest['include'] | undefined;
  /** Any Standard Schema: types the metadata, and refuses by name a record that does not fit. */
  readonly metadata?: StandardSchemaV1<unknown, M> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A record whose metadata is of a known type. */
export type TypedRecord<M> = Omit<VectorRecord, 'metadata'> & { readonly metadata: M };

/**
 * All pages of a collection, as the store holds them, one after the other; none of them is empty.
 * @throws VsmError with code `INVALID_DATA` where the pages of the store do not end
 */
export async function* readPages(
  collection: ReadableCollection,
  options: Omit<ReadOptions, 'metadata'> = {},
): AsyncGenerator<readonly VectorRecord[], void, void> {
  const { filter, namespace, partition, limit = 1000, include = ['vectors', 'metadata'], signal } = options;
  const request = { filter: filter && parseFilter(filter), namespace, partition, limit, include };
  const trail = new CursorTrail(collection.name);
  let cursor: Cursor | undefined;
  do {
    const page: ScanPage = await collection.scan({ ...request, cursor }, { signal });
    cursor = trail.next(page);
    if (page.records.length > 0) yield page.records;
  } while (cursor !== undefined);
}

/**
 * All records of a collection, as the store holds them.
 * @throws ValidationError naming the record whose metadata the schema refuses
 *
 * @example
 * ```ts
 * import { createChroma } from '@vsm/adapter-chroma';
 * import { readRecords } from '@vsm/core';
 *
 * const collection = await createChroma({ url: 'http://localhost:8000' }).openCollection('docs');
 * for await (const { id, metadata } of readRecords(collection, { filter: { year: { $gte: 2025 } } })) {
 *   console.log(id, metadata);
 * }
 * ```
 */
export async function* readRecords<M = Metadata>(
  collection: ReadableCollection,
  options: ReadOptions<M> = {},
): AsyncGenerator<TypedRecord<M>, void, void> {
  const { metadata: schema, ...rest } = options;
  for await (const page of readPages(collection, rest)) {
    for (const record of page) {
      yield schema === undefined
        ? (record as TypedRecord<M>)
        : { ...record, metadata: await checkedMetadata(record, schema) };
    }
  }
}

/** @throws ValidationError naming the record, and each field that does not fit */
export async function checkedMetadata<M>(
  { id, metadata }: VectorRecord,
  schema: StandardSchemaV1<unknown, M>,
): Promise<M> {
  const result = await schema['~standard'].validate(metadata);
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map(({ path, message }) => {
    const field = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return field === '' ? message : `${field}: ${message}`;
  });
  throw new ValidationError(`The metadata of record "${id}" does not fit the schema: ${problems.join('; ')}`);
}
