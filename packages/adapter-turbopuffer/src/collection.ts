import type { CallOptions, CollectionV1, NamedFields } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { CollectionContext } from './context.ts';
import { askInfo, type NamespaceInfo } from './namespace-info.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import { describeNamespace, readPlaces } from './schema.ts';
import { createWriter } from './write.ts';

export interface Opening {
  readonly name: string;
  readonly opened: NamespaceInfo;
  readonly client: Client;
  readonly fields: NamedFields;
}

export function openNamespace({ name, opened, client, fields }: Opening): CollectionV1 {
  let seen = readPlaces(opened, fields);
  const refresh = async (options: CallOptions | undefined): Promise<typeof seen> => {
    seen = readPlaces(await askInfo(client, name, options), fields);
    return seen;
  };
  const context: CollectionContext = { name, client, places: () => seen, refresh };
  const reader = createReader(context);
  const writer = createWriter(context);
  return {
    name,
    async describe(options) {
      const { info, reading } = await refresh(options);
      return describeNamespace(name, info, reading);
    },
    // The moment in which it was made, which no other connection gives another way.
    identify: async () => (opened.createdAt === undefined ? undefined : `${name}/${opened.createdAt}`),
    count: reader.count,
    witness: reader.witness,
    partition: reader.partition,
    scan: reader.scan,
    upsert: writer.upsert,
    fetch: reader.fetch,
    delete: writer.delete,
    query: createQuery(context),
  };
}
