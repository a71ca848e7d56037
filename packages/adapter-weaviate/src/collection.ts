import {
  documentField,
  ignoredFields,
  isMulti,
  own,
  type CollectionDescription,
  type CollectionV1,
  type DenseVector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { readClass, type ClassInfo } from './class.ts';
import type { Client } from './client.ts';
import type { CollectionContext } from './context.ts';
import { identify } from './identity.ts';
import type { Places } from './mapping.ts';
import type { WeaviateConnection } from './options.ts';
import { createPropertyMaker } from './properties.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import { describeClass, DOCUMENT, readFields } from './schema.ts';
import type { Tenants } from './tenants.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export interface Opening {
  readonly name: string;
  readonly opened: ClassInfo;
  readonly client: Client;
  readonly tenants: Tenants;
  readonly connection: WeaviateConnection;
}

export function openClass({ name, opened, client, tenants, connection }: Opening): CollectionV1 {
  const { fields, letServerEmbed } = connection;
  let info = opened;
  let reading = readFields(info, fields);
  const dimensions = new Map<string, number>();
  const context: CollectionContext = {
    name,
    client,
    tenants,
    fields,
    letServerEmbed,
    info: () => info,
    async refresh(signal) {
      const request = { method: 'GET', path: `schema/${info.class}`, action: `describe "${name}"`, signal } as const;
      info = await client.ask(request, readClass);
      reading = readFields(info, fields);
      seen = placesNow();
      return info;
    },
  };
  const placesNow = (): Places => ({
    info,
    document: documentField(reading) ?? info.note?.document ?? DOCUMENT,
    ignored: ignoredFields(reading),
  });
  let seen = placesNow();
  const places = (): Places => seen;
  const reader = createReader(context, places);
  const makeProperties = createPropertyMaker(context, () => seen.document);
  const writer = createWriter(context, { places, one: reader.one, dimensions, makeProperties });

  const describe = async (signal?: AbortSignal): Promise<CollectionDescription> => {
    await context.refresh(signal);
    const sample = await sampleOf(signal);
    for (const { name: vector, stored } of info.vectors) {
      const length = lengthOf(sample, vector);
      if (length !== undefined) dimensions.set(stored, length);
    }
    const aliases = await client.ask(
      { method: 'GET', path: `aliases?class=${info.class}`, action: `list the aliases of "${name}"`, signal },
      readAliases,
    );
    return describeClass(info, name, reading, { dimensions, notes: roundedIntegers(sample), aliases });
  };
  /** Of the first tenant that holds something and is active: describing wakes nobody. */
  const sampleOf = async (signal?: AbortSignal): Promise<readonly VectorRecord[]> => {
    for (const tenant of await tenants.active(signal)) {
      const sample = await reader.sample(tenant, signal);
      if (sample.length > 0) return sample;
    }
    return [];
  };

  return {
    name,
    describe: (options) => describe(options?.signal),
    identify: (options) => identify(context, options),
    count: reader.count,
    listNamespaces: (options) => tenants.list(options?.signal),
    listEmptyNamespaces: reader.listEmptyNamespaces,
    partition: reader.partition,
    scan: reader.scan,
    ...writer,
    fetch: reader.fetch,
    query: createQuery(context),
    witnessRecords: createWitness(context, places),
  };
}

function lengthOf(sample: readonly VectorRecord[], vector: string): number | undefined {
  for (const { vectors } of sample) {
    const found = own(vectors, vector);
    if (found !== undefined) return isMulti(found) ? found.rows[0]?.length : (found as DenseVector).length;
  }
  return undefined;
}

function readAliases(value: unknown): string[] {
  const { aliases } = (value ?? {}) as { readonly aliases?: readonly { readonly alias?: unknown }[] };
  return (aliases ?? []).map(({ alias }) => String(alias));
}

/** Integers are doubles in there, whatever was written. */
function roundedIntegers(sample: readonly VectorRecord[]): string[] {
  const keys = new Set(sample.flatMap(({ metadata }) => Object.keys(metadata)));
  return [...keys].flatMap((key) => {
    const count = sample.filter(({ metadata }) => isBig(metadata[key])).length;
    return count === 0
      ? []
      : [
          `"${key}" holds integers beyond 2^53 in ${count} of ${sample.length} sampled objects, which Weaviate may have rounded when they were written`,
        ];
  });
}

function isBig(value: unknown): boolean {
  return typeof value === 'bigint' || (Array.isArray(value) && value.some((item) => typeof item === 'bigint'));
}
