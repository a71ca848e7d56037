import { UnsupportedError, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ConformanceOptions } from '../src/index.ts';
import { NORMALISING, PLAINEST } from './capability-profiles.ts';
import { changeVectors } from './planted/planted-bug.ts';
import { onCollections, sharedMemory, without, type SharedMemoryOptions } from './shared-memory.ts';

type Harness = Omit<ConformanceOptions, 'adapter'>;

function normalise(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return length === 0 || Math.abs(length ** 2 - 1) <= 1e-6 ? values : values.map((value) => value / length);
}

/** Learns a dimension with the first record. */
function learnsDimensions(store: VectorStoreV1): VectorStoreV1 {
  return {
    ...store,
    createCollection: (schema, options) =>
      store.createCollection(
        {
          ...schema,
          vectors: Object.fromEntries(
            Object.entries(schema.vectors).map(([name, vector]) => [
              name,
              vector.kind === 'dense' ? { ...vector, dimension: undefined } : vector,
            ]),
          ),
        },
        options,
      ),
  };
}

/** Shows a write only to the third read after it. */
function eventually(): (store: VectorStoreV1) => VectorStoreV1 {
  const waiting = new Map<string, (() => Promise<unknown>)[]>();
  const reads = new Map<string, number>();
  return onCollections((inner) => {
    const queue = waiting.get(inner.name) ?? [];
    waiting.set(inner.name, queue);
    const later = (work: () => Promise<unknown>): void => {
      queue.push(work);
      reads.set(inner.name, 0);
    };
    const beforeRead = async (): Promise<void> => {
      const seen = (reads.get(inner.name) ?? 0) + 1;
      reads.set(inner.name, seen);
      if (seen >= 3) for (const work of queue.splice(0)) await work();
    };
    return {
      async upsert(records, options) {
        const copies = structuredClone(records.map((record) => ({ ...record, metadata: {} }))).map((copy, at) => ({
          ...copy,
          metadata: records[at]?.metadata ?? {},
        }));
        later(() => inner.upsert(copies, options));
        return { accepted: records.length, rejected: [] };
      },
      async delete(ids, options) {
        later(() => inner.delete(ids, options));
      },
      async count(request) {
        await beforeRead();
        return inner.count(request);
      },
      async scan(request) {
        await beforeRead();
        return inner.scan(request);
      },
      async fetch(ids, options) {
        await beforeRead();
        return inner.fetch(ids, options);
      },
      async query(request) {
        await beforeRead();
        return inner.query(request);
      },
      async listNamespaces() {
        await beforeRead();
        return (await inner.listNamespaces?.()) ?? [];
      },
    };
  });
}

function readOnly(options: SharedMemoryOptions = {}): Harness {
  return sharedMemory({ ...options, capabilities: { ...options.capabilities, access: 'read-only' } });
}

/** Stores that do less than they could, and say so: the suite must pass on each of them. */
export const weakerStores: readonly (readonly [string, () => Harness])[] = [
  ['the plainest', () => sharedMemory({ capabilities: PLAINEST, under: without(['partition']) })],
  [
    'one that normalises',
    () =>
      sharedMemory({
        capabilities: NORMALISING,
        under: onCollections((inner) => ({
          upsert: (records, options) =>
            inner.upsert(
              records.map((record) => changeVectors(record, normalise)),
              options,
            ),
        })),
      }),
  ],
  [
    'one that rounds',
    () =>
      sharedMemory({
        capabilities: { metrics: ['cosine'], rounds: ['cosine'] },
        under: onCollections((inner) => ({
          upsert: (records, options) =>
            inner.upsert(
              records.map((record) =>
                changeVectors(record, (values) => {
                  const length = Math.hypot(...values);
                  return length === 0 ? values : values.map((value) => value / length).map((value) => value * length);
                }),
              ),
              options,
            ),
        })),
      }),
  ],
  ['one that learns dimensions', () => sharedMemory({ under: learnsDimensions })],
  [
    'one that is eventually consistent',
    () => sharedMemory({ capabilities: { readAfterWrite: 'eventual' }, under: eventually() }),
  ],
  ['one that is read only', () => readOnly()],
  [
    'one that is read only and cannot search',
    () =>
      readOnly({
        capabilities: { ...PLAINEST, metrics: [] },
        under: (store) =>
          onCollections(() => ({
            async query() {
              throw new UnsupportedError('metrics', 'memory: it has no metric', { adapter: 'memory' });
            },
          }))(without(['partition'])(store)),
      }),
  ],
];
