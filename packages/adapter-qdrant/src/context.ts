import type { CallOptions } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { BinaryBulk } from './grpc/bulk.ts';
import type { FilterFacts } from './filter.ts';
import type { PayloadNames } from './mapping.ts';
import { collectionPath, readInfo, type CollectionInfo, type ShardKey } from './schema.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly client: Client;
  readonly binary: BinaryBulk | undefined;
  readonly name: string;
  /** First part of the paths of the bulk calls. */
  readonly path: string;
  /** As it was when the collection was opened. */
  readonly info: CollectionInfo;
  readonly names: PayloadNames;
  readonly filters: FilterFacts;
  /** Every custom shard key; one `undefined` where the server spreads the points itself. */
  readonly shardKeys: readonly (ShardKey | undefined)[];
}

export function getInfo(client: Client, name: string, options: CallOptions | undefined): Promise<CollectionInfo> {
  const request = { method: 'GET', path: collectionPath(name), action: `describe collection "${name}"` } as const;
  return client.call(request, options, readInfo);
}

/** The member of a request that names the shard key, with a comma in front. */
export function shardMember(key: ShardKey | undefined): string {
  return key === undefined ? '' : `,"shard_key":${JSON.stringify(key)}`;
}
