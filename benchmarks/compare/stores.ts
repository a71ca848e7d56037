import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core';
import { guardStore } from '@vsm/core/adapter';
import { makeRecord, type RecordShape } from '../records.ts';

/** A store as plain JSON, so that each measurement can open it in a process of its own. */
export type StoreSpec =
  | { readonly kind: 'chroma'; readonly url: string }
  | { readonly kind: 'discarding'; readonly dimension: number }
  | { readonly kind: 'generating'; readonly shape: RecordShape; readonly records: number }
  | { readonly kind: 'lancedb'; readonly folder: string }
  | { readonly kind: 'jsonl' | 'parquet'; readonly folder: string }
  | { readonly kind: 'pglite'; readonly folder: string }
  | { readonly kind: 'qdrant'; readonly url: string; readonly rest?: boolean };

export function openStore(spec: StoreSpec): VectorStoreV1 {
  switch (spec.kind) {
    case 'chroma':
      return createChroma({ url: spec.url });
    case 'discarding':
      return discarding(spec.dimension);
    case 'generating':
      return generating(spec.records, spec.shape);
    case 'lancedb':
      return createLanceDb({ uri: spec.folder });
    case 'jsonl':
    case 'parquet':
      return createFile({ path: spec.folder, format: spec.kind });
    case 'pglite':
      return createPgvector({ dataDir: spec.folder });
    case 'qdrant':
      return createQdrant({ url: spec.url, ...(spec.rest === true && { grpcPort: false }) });
  }
}

/** Makes records up. Their vectors are copies of a thousand, so that making them costs next to nothing. */
function generating(count: number, shape: RecordShape): VectorStoreV1 {
  const made = Array.from({ length: Math.min(count, 1000) }, (_, index) => makeRecord(index, shape));
  return store('generating', shape.dimension, {
    count: async () => ({ value: count, exact: true }),
    async partition(target) {
      const size = Math.ceil(count / target);
      return Array.from({ length: target }, (_, index) => ({
        id: `${index * size}-${Math.min(count, (index + 1) * size)}`,
      }));
    },
    async scan({ partition, cursor, limit }) {
      const [start = 0, end = count] = partition?.id.split('-').map(Number) ?? [];
      const from = cursor === undefined ? start : Number(cursor);
      const to = Math.min(end, from + limit);
      const records = Array.from({ length: to - from }, (_, offset): VectorRecord => {
        const template = made[(from + offset) % made.length] as VectorRecord;
        const vector = template.vectors[''] as Float32Array;
        return { ...template, id: String(from + offset + 1), vectors: { '': vector.slice() } };
      });
      return { records, cursor: to >= end ? null : String(to) };
    },
  });
}

const discarding = (dimension: number): VectorStoreV1 =>
  store('discarding', dimension, { upsert: async (records) => ({ accepted: records.length, rejected: [] }) });

function store(name: string, dimension: number, methods: Partial<CollectionV1>): VectorStoreV1 {
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension, metric: 'cosine' } } } as const;
  const collection: CollectionV1 = {
    name: 'docs',
    describe: async () => schema,
    count: async () => ({ value: 0, exact: true }),
    scan: async () => ({ records: [], cursor: null }),
    upsert: async () => ({ accepted: 0, rejected: [] }),
    fetch: async () => [],
    delete: async () => undefined,
    query: async () => [],
    ...methods,
  };
  return guardStore({
    specificationVersion: 'v1',
    adapter: name,
    location: name,
    capabilities: createMemory().capabilities,
    listCollections: async () => ['docs'],
    createCollection: async () => [],
    openCollection: async () => collection,
    dropCollection: async () => undefined,
    close: async () => undefined,
  });
}
