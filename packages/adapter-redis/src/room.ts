import type { CollectionSchema, JsonObject, StoreRoom } from '@vsm/core/adapter';
import type { Connection } from './client.ts';

/** What Redis builds where an HNSW index is not told otherwise: https://redis.io/docs/latest/develop/ai/search-and-query/vectors/ */
const USUAL_LINKS = 16;

/** All of it is in memory. What is free is told where the server has a bound of its own (maxmemory). */
export async function roomOf(connection: Connection, schema: CollectionSchema, index: string): Promise<StoreRoom> {
  const [reply = null] = await connection.run('ask how much memory is free', [['INFO', 'memory']]);
  const figure = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(String(reply))?.[1] ?? 0);
  const bound = figure('maxmemory');
  return {
    graphLinks: linksOf(schema, index),
    vectorsInMemory: true,
    freeMemoryBytes: bound === 0 ? undefined : Math.max(0, bound - figure('used_memory')),
  };
}

/** The most that any of its vectors has, by the settings of another Redis or the option. */
function linksOf({ native }: CollectionSchema, index: string): number {
  if (index === 'none') return 0;
  const given = Object.values((native?.['redis']?.['indexes'] ?? {}) as Record<string, JsonObject>);
  const graphs = given.filter(({ algorithm }) => algorithm === 'HNSW').map(({ m }) => Number(m ?? USUAL_LINKS));
  return Math.max(index === 'hnsw' ? USUAL_LINKS : 0, ...graphs);
}
