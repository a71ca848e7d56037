import { VsmError } from '@vsm/core';
import {
  defineCapabilities,
  EVERYTHING,
  guardStore,
  parseLocation,
  type CollectionV1,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { DIMENSION, plainRecord } from './numbered.ts';

// A source that costs nothing to read and can be split at will: `generated:COUNT/docs`. Each record is computed from its number.

function generated(name: string, count: number): CollectionV1 {
  const refuse = async (): Promise<never> => {
    throw new VsmError('UNSUPPORTED', 'generated records can only be read', { adapter: 'generated' });
  };
  return {
    name,
    async describe() {
      const vector = { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } as const;
      return { name, vectors: { '': vector }, fields: { number: 'integer', price: 'float' } };
    },
    async count() {
      return { value: count, exact: true };
    },
    async partition(parts) {
      const size = Math.max(1, Math.ceil(count / parts));
      return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
        const [start, end] = [part * size, Math.min(count, (part + 1) * size)];
        return { id: `${start}-${end}`, estimatedCount: end - start };
      });
    },
    async scan({ partition, cursor, limit }) {
      const [start = 0, end = count] = partition?.id.split('-').map(Number) ?? [];
      const from = cursor === undefined ? start : Number(cursor);
      const to = Math.min(end, from + limit);
      const records = Array.from({ length: to - from }, (_, at) => plainRecord(from + at));
      return { records, cursor: to < end ? String(to) : null };
    },
    async fetch(ids) {
      return ids.map((id) => plainRecord(Number(id.slice('record-'.length))));
    },
    upsert: refuse,
    delete: refuse,
    query: refuse,
  };
}

export function openLocation(location: string): OpenedLocation {
  const [count = '', collection] = parseLocation(location, []).path.split('/');
  const store = guardStore({
    specificationVersion: 'v1',
    adapter: 'generated',
    location: `generated:${count}`,
    capabilities: defineCapabilities({ access: 'read-only', scan: 'snapshot', filter: [] }, EVERYTHING),
    listCollections: async () => ['docs'],
    createCollection: async () => {
      throw new VsmError('UNSUPPORTED', 'generated records can only be read', { adapter: 'generated' });
    },
    openCollection: async (name) => generated(name, Number(count)),
    close: async () => undefined,
  });
  return { store, collection };
}
