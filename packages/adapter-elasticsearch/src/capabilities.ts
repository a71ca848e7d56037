import { EVERYTHING, defineCapabilities, type Capabilities } from '@vsm/core/adapter';
import type { Server } from './client.ts';

/** What one of the two can do; {@link capabilitiesOf} says what this one does. */
export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'hamming'],
  ids: EVERYTHING.ids,
  vectors: ['dense', 'named'],
  datatypes: ['float32', 'int8', 'bit'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  // A field of cosine refuses zeros: these lie in a field that is not searched.
  zeroVectors: true,
  document: true,
  uri: true,
  // An object that is not mapped keeps its text. An id does not.
  metadata: { ...EVERYTHING.metadata, loneSurrogates: false },
  // What compares with an index; the others are left to whoever reads.
  filter: ['and', 'or', 'eq', 'gt', 'gte', 'lt', 'lte', 'in'],
  insertOnly: true,
  keepsSchema: true,
  // Each shard in the order of its sequence numbers: what is written meanwhile gets a higher one.
  scan: 'stable',
  exactQuery: true,
  readAfterWrite: 'eventual',
  // https://github.com/elastic/elasticsearch, IndexRequest: 512 bytes of id.
  limits: { upsertBatch: 500, fetchIds: 500, idBytes: 512, dimension: 16_000 },
});

/** Elasticsearch is exact only by a script, which may be forbidden, and has 4096 dimensions at most. */
export function capabilitiesOf({ dialect }: Server): Capabilities {
  if (dialect === 'opensearch') return capabilities;
  return { ...capabilities, exactQuery: false, limits: { ...capabilities.limits, dimension: 4096 } };
}
