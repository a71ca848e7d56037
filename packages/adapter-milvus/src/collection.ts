import { own, type CollectionDescription, type CollectionV1, type VectorSchema } from '@vsm/core/adapter';
import { isServer } from './capabilities.ts';
import { callOf, ofCollection, type CollectionContext } from './context.ts';
import type { Client } from './client.ts';
import { isMissingIndex } from './errors.ts';
import { fieldType, METRIC_TYPES, VECTORS } from './fields.ts';
import { describeCollection, describeIndex, showPartitions, type Described } from './grpc/collections.ts';
import { DYNAMIC, readLayout, type Layout } from './layout.ts';
import type { Loader } from './loading.ts';
import { nativeOf, type FieldIndex } from './native.ts';
import type { MilvusConnection } from './options.ts';
import { nullableVectors, sayZeroed, withoutNullVectors } from './null-vectors.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export interface Opening {
  readonly name: string;
  readonly stored: string;
  readonly client: Client;
  readonly loader: Loader;
  readonly connection: MilvusConnection;
}

export async function openMilvusCollection(opening: Opening, signal?: AbortSignal): Promise<CollectionV1> {
  const { name, stored, client, loader, connection } = opening;
  let described: Described;
  let layout: Layout;
  const metrics = new Map<string, string>();
  let fieldIndexes: readonly FieldIndex[] = [];
  let zeroed: readonly string[] = [];
  let version: string | undefined;
  const kinds = new Map<string, string>();
  const context: CollectionContext = {
    name,
    stored,
    client,
    layout: () => layout,
    load: (loadSignal) => loader.load(described.name === '' ? stored : described.name, loadSignal),
    isServer: async (versionSignal) => isServer((version ??= await client.version(versionSignal))),
    unloaded: () => loader.forget(described.name === '' ? stored : described.name),
    async refresh(refreshSignal) {
      const options = { signal: refreshSignal };
      described = await client.call(describeCollection, ofCollection(context), callOf(context, 'describe', options));
      const partitions = await client.call(
        showPartitions,
        ofCollection(context),
        callOf(context, 'list the partitions of', options),
      );
      const { schema } = described;
      if (schema === undefined) throw new TypeError('a collection without a schema');
      const nullable = nullableVectors(schema.fields);
      zeroed = nullable.length === 0 || (await context.isServer(refreshSignal)) ? [] : nullable;
      layout = readLayout(
        zeroed.length === 0 ? schema : withoutNullVectors(schema),
        partitions.names,
        connection.reading,
      );
      return layout;
    },
  };
  await context.refresh(signal);

  const readMetrics = async (metricSignal?: AbortSignal): Promise<void> => {
    const call = { ...callOf(context, 'ask for the indexes of', { signal: metricSignal }), accept: isMissingIndex };
    const { indexes } = await client.call(describeIndex, ofCollection(context), call);
    fieldIndexes = indexes;
    metrics.clear();
    kinds.clear();
    for (const { field, params } of indexes) {
      const type = params.find(({ key }) => key === 'metric_type')?.value;
      if (type !== undefined) metrics.set(field, type);
      const kind = params.find(({ key }) => key === 'index_type')?.value;
      if (kind !== undefined) kinds.set(field, kind);
    }
  };
  await readMetrics(signal);
  const reader = createReader(context);
  const writer = createWriter(context);

  return {
    name,
    async describe(options) {
      await context.refresh(options?.signal);
      await readMetrics(options?.signal);
      const description = describe(name, described, context.layout(), { metrics, indexes: fieldIndexes });
      return zeroed.length === 0 ? description : { ...description, restrictions: { vectors: sayZeroed(zeroed) } };
    },
    async identify() {
      // A time that only one cluster hands out once; milvus-lite has none.
      const { collectionId, createdTimestamp } = described;
      return collectionId === 0n || createdTimestamp === 0n ? undefined : `${collectionId}/${createdTimestamp}`;
    },
    partition: reader.partition,
    count: async (request, options) => ({ value: await reader.count(request ?? {}, options), exact: true }),
    witness: reader.witness,
    listNamespaces: reader.listNamespaces,
    listEmptyNamespaces: reader.listEmptyNamespaces,
    scan: reader.scan,
    fetch: reader.fetch,
    ...writer,
    query: createQuery(context, metrics),
    witnessRecords: createWitness(context, { metrics, indexes: kinds }),
  };
}

function describe(
  name: string,
  described: Described,
  layout: Layout,
  { metrics, indexes }: { readonly metrics: ReadonlyMap<string, string>; readonly indexes: readonly FieldIndex[] },
): CollectionDescription {
  const { schema, aliases, properties } = described;
  const { columns, fields, namespaces, undecided, reading } = layout;
  const vectors = columns.vectors.map(({ name: vector, column, kind, dimension }): [string, VectorSchema] => {
    if (kind === 'sparse') return [vector, { kind }];
    const metric = own(METRIC_TYPES, metrics.get(column) ?? '');
    const datatype = VECTORS[fields.get(column)?.type ?? 0]?.datatype;
    return [vector, { kind: 'dense', dimension, metric, datatype }];
  });
  const typed = columns.fields.flatMap(({ column, key }) => {
    const field = fields.get(column);
    return field === undefined || field.name === DYNAMIC ? [] : [[key, fieldType(field)] as const];
  });
  const notes = notesOf(schema, properties, layout);
  return {
    name,
    vectors: Object.fromEntries(vectors),
    namespaces: namespaces !== undefined,
    ...(typed.length > 0 && { fields: Object.fromEntries(typed) }),
    ...(aliases.length > 0 && { aliases }),
    ...(reading !== undefined && { reading }),
    ...(undecided.length > 0 && { undecided }),
    ...(notes.length > 0 && { notes }),
    ...(!layout.ours && { native: { milvus: nativeOf(described, layout, indexes) } }),
  };
}

function notesOf(
  schema: Described['schema'],
  properties: Described['properties'],
  { namespaces, ours }: Layout,
): string[] {
  const key = schema?.fields.find(({ isPrimaryKey }) => isPrimaryKey);
  const split = schema?.fields.find(({ isPartitionKey }) => isPartitionKey);
  const ttl = properties.find(({ key: property }) => property === 'collection.ttl.seconds')?.value;
  return [
    ...(key?.autoId === true || schema?.autoId === true
      ? [
          `the server makes the keys of "${key?.name}" itself: they are carried as they are, and a copy gives no new ones`,
        ]
      : []),
    ...(split !== undefined && !ours ? [`"${split.name}" is the partition key, which other stores do not have`] : []),
    ...(namespaces === 'partitions' ? ['each named partition is read as a namespace'] : []),
    ...(schema?.functions ?? []).map(
      ({ name, outputs }) => `the function ${name} computes "${outputs.join('", "')}", which is left out`,
    ),
    ...(ttl === undefined ? [] : [`rows vanish ${ttl} seconds after they were written, also while they are copied`]),
  ];
}
