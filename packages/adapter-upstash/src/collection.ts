import type { CallOptions, CollectionDescription, CollectionV1 } from '@vsm/core/adapter';
import { askInfo, type IndexClient, type IndexInfo } from './client.ts';
import type { CollectionContext } from './context.ts';
import type { VectorNames } from './mapping.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export interface Opening {
  readonly name: string;
  readonly client: IndexClient;
  readonly sparseName: string;
  readonly flushTimeoutMs: number;
}

export async function openIndex(
  { name, client, sparseName, flushTimeoutMs }: Opening,
  options: CallOptions | undefined,
): Promise<CollectionV1> {
  const info = await askInfo(client, `open collection "${name}"`, options);
  const names = namesOf(info, sparseName);
  const context: CollectionContext = { name, client, names, flushTimeoutMs };
  const reader = createReader(context);
  return {
    name,
    describe: async (callOptions) => describe(name, await askInfo(client, `describe "${name}"`, callOptions), names),
    // Each index has a host of its own.
    identify: async () => client.location,
    witness: async (callOptions) => ({
      count: (await askInfo(client, `count the records of "${name}"`, callOptions)).total,
      by: 'vectorCount of info',
    }),
    ...reader,
    ...createWriter(context),
    query: createQuery(context, reader.listNamespaces),
    witnessRecords: createWitness(context),
  };
}

function namesOf({ dimension, isSparse }: IndexInfo, sparseName: string): VectorNames {
  return {
    dense: dimension === undefined ? undefined : '',
    sparse: isSparse ? (dimension === undefined ? '' : sparseName) : undefined,
  };
}

function describe(
  name: string,
  { dimension, metric, pending }: IndexInfo,
  { dense, sparse }: VectorNames,
): CollectionDescription {
  const notes = pending > 0 ? [`${pending} vectors were written, but cannot be read yet`] : [];
  return {
    name,
    vectors: {
      ...(dense !== undefined && { [dense]: { kind: 'dense', dimension, metric } }),
      ...(sparse !== undefined && { [sparse]: { kind: 'sparse' } }),
    },
    ids: 'string',
    namespaces: true,
    ...(notes.length > 0 && { notes }),
  };
}
