import type { CollectionSchema, StoreRoom } from '@vsm/core/adapter';
import { freeDisk } from '@vsm/core/files';
import { indexesFromNative } from './indexes.ts';

/** What pgvector builds unless told otherwise: https://github.com/pgvector/pgvector#index-options */
const USUAL_LINKS = 16;

/** By the indexes that the table has or will get. What a server has left, Postgres does not tell; of PGlite it is this machine's disk. */
export async function roomOf(schema: CollectionSchema, dataDir: string | undefined): Promise<StoreRoom> {
  const given = indexesFromNative(schema.native?.['pgvector']);
  const graph = given.find(({ method }) => method === 'hnsw');
  const compared = Object.values(schema.vectors).some((one) => one.kind === 'dense' && one.metric !== undefined);
  const links = Number(graph?.options['m'] ?? USUAL_LINKS);
  const isBuilt = graph !== undefined || (given.length === 0 && compared);
  return {
    graphLinks: isBuilt ? links : 0,
    freeDiskBytes: dataDir === undefined ? undefined : await freeDisk(dataDir),
  };
}
