import {
  checkObject,
  objectAt,
  own,
  textAt,
  VsmError,
  type CollectionSchema,
  type JsonObject,
  type StoreRoom,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { planIndex } from './create.ts';

/** What both build where a mapping does not say: https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/dense-vector */
const USUAL_LINKS = 16;
/** Bits of a number in an index that is quantized beside the exact vectors. */
const QUANTIZED: Readonly<Record<string, number>> = { int8_hnsw: 8, int4_hnsw: 4, bbq_hnsw: 1 };

/** By the mapping that an index of this schema gets. What is free is what the nodes have, where a key may ask for it. */
export async function roomOf(client: Client, schema: CollectionSchema, signal?: AbortSignal): Promise<StoreRoom> {
  const { mappings, settings } = planIndex(schema, await client.server(signal)).body;
  const vectors = vectorFields(mappings as JsonObject);
  const places = await allocation(client, signal);
  const replicas = Number(objectAt(settings as JsonObject, 'index')?.['number_of_replicas'] ?? 1);
  return {
    graphLinks: Math.max(0, ...vectors.map(linksOf)),
    quantizedBits: Math.max(0, ...vectors.map((field) => own(QUANTIZED, kindOf(field)) ?? 0)),
    // A copy lies on another node than the first, or nowhere.
    copies: places === undefined ? 1 + replicas : Math.min(1 + replicas, Math.max(1, places.nodes)),
    freeDiskBytes: places?.free,
  };
}

function linksOf(field: JsonObject): number {
  const options = objectAt(field, field['type'] === 'dense_vector' ? 'index_options' : 'method');
  if (field['index'] === false || kindOf(field).endsWith('flat')) return 0;
  return Number(options?.['m'] ?? objectAt(options ?? {}, 'parameters')?.['m'] ?? USUAL_LINKS);
}

function kindOf(field: JsonObject): string {
  return textAt(objectAt(field, 'index_options') ?? {}, 'type');
}

/** Fields of vectors, also inside of others. */
function vectorFields(mapping: JsonObject): JsonObject[] {
  const properties = objectAt(mapping, 'properties') ?? {};
  return Object.keys(properties).flatMap((name) => {
    const field = objectAt(properties, name) ?? {};
    const { type } = field;
    return type === 'dense_vector' || type === 'knn_vector' ? [field] : vectorFields(field);
  });
}

/** The nodes that keep data, and the bytes that are free on their hosts; `undefined` where this is not told, or not to this key. */
async function allocation(
  client: Client,
  signal: AbortSignal | undefined,
): Promise<{ readonly nodes: number; readonly free: number | undefined } | undefined> {
  const path = '_cat/allocation?format=json&bytes=b&h=node,host,disk.avail';
  try {
    return await client.ask({ method: 'GET', path, action: 'ask how much disk is free', signal }, (value) => {
      const rows = (Array.isArray(value) ? value : []).map((row) => checkObject(row, 'a node'));
      // What has no place yet has a row of its own, without a host.
      const nodes = rows.filter(({ host }) => typeof host === 'string');
      // Nodes of one host share its disk.
      const hosts = new Map<unknown, number>();
      for (const { host, 'disk.avail': free } of nodes) {
        if (typeof free === 'string' && /^\d+$/.test(free))
          hosts.set(host, Math.max(Number(free), hosts.get(host) ?? 0));
      }
      const free = hosts.size === 0 ? undefined : [...hosts.values()].reduce((total, one) => total + one);
      return { nodes: nodes.length, free };
    });
  } catch (error) {
    if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND')) return undefined;
    throw error;
  }
}
