import { decodeRecord } from '../mapping/envelope.ts';
import { inferFields, inferVectors } from './infer.ts';
import type { MetadataValue } from '../spec/record.ts';
import { own } from '../spec/record.ts';
import type { CallOptions, CollectionDescription, FieldType, VectorStoreV1 } from '../spec/v1.ts';

/** What a person wants to know of a collection before moving it. */
export interface CollectionReport {
  readonly description: CollectionDescription;
  readonly count: number;
  readonly exact: boolean;
  readonly namespaces: readonly { readonly name: string; readonly count: number }[];
  /** Metadata fields of the first records, with one value of each. */
  readonly fields: readonly {
    readonly path: string;
    readonly type: FieldType;
    readonly example: MetadataValue | undefined;
  }[];
  readonly sampleIds: readonly string[];
}

const SAMPLE = 100;

/** Reads the description, the counts and one page. */
export async function inspectCollection(
  store: VectorStoreV1,
  name: string,
  options: CallOptions = {},
): Promise<CollectionReport> {
  const collection = await store.openCollection(name, options);
  const description = await collection.describe(options);
  const counted = await collection.count({}, options);
  const { records } = await collection.scan({ limit: SAMPLE, include: ['vectors', 'metadata'] }, options);
  const sample = records.map(decodeRecord);
  const names = (await collection.listNamespaces?.(options)) ?? [];
  const namespaces = await Promise.all(
    names.map(async (namespace) => ({
      name: namespace,
      count: (await collection.count({ namespace }, options)).value,
    })),
  );
  const fields = { ...inferFields(sample), ...description.fields };
  return {
    description: { ...description, vectors: inferVectors(description, sample) },
    count: counted.value,
    exact: counted.exact,
    namespaces,
    fields: Object.entries(fields).map(([path, type]) => ({
      path,
      type,
      example: sample.map(({ metadata }) => own(metadata, path)).find((value) => value !== undefined && value !== null),
    })),
    sampleIds: sample.slice(0, 3).map(({ id }) => id),
  };
}
