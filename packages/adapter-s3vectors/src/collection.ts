import {
  checkObject,
  type CallOptions,
  type CollectionV1,
  type MetadataValue,
  type NamedFields,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { CollectionContext } from './context.ts';
import { askInfo } from './index-info.ts';
import { createQuery } from './query.ts';
import { createReader, listVectors } from './read.ts';
import { describeIndex, readPlaces } from './schema.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

/** Vectors that are looked at to tell what the metadata of an index is that others made. */
const SAMPLE = 50;

export async function openIndex(
  client: Client,
  name: string,
  fields: NamedFields,
  options: CallOptions | undefined,
): Promise<CollectionV1> {
  const look = async (callOptions: CallOptions | undefined): Promise<ReturnType<typeof readPlaces>> => {
    const info = await askInfo(client, name, callOptions);
    if (info.hasRest) return readPlaces(info, [], fields);
    const request = { action: 'describe', parts: ['"returnMetadata":true'], limit: SAMPLE };
    const { found } = await listVectors(client, name, request, callOptions, (value) => {
      const { metadata } = checkObject(value, 'a vector');
      return checkObject(metadata ?? {}, 'the metadata') as Readonly<Record<string, MetadataValue>>;
    });
    return readPlaces(info, found, fields);
  };
  let seen = await look(options);
  const context: CollectionContext = {
    name,
    client,
    places: () => seen,
    async refresh(callOptions) {
      seen = await look(callOptions);
      return seen;
    },
  };
  return {
    name,
    async describe(callOptions) {
      const { info, reading } = await context.refresh(callOptions);
      return describeIndex(info, reading);
    },
    /** Account, region, bucket and name, and the moment in which it was made. */
    async identify() {
      const { arn, createdAt } = seen.info;
      return createdAt === undefined ? arn : `${arn}/${createdAt}`;
    },
    ...createReader(context),
    ...createWriter(context),
    query: createQuery(context),
    witnessRecords: createWitness(context),
  };
}
