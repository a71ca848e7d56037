// What core itself costs: a store that makes records up, into one that throws them away. Prints records/s, CPU a record and peak
// memory, and ends with 1 where a million records of 384 dimensions take 400 MB or more.
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type CollectionV1, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { guardStore } from '@vsm/core/adapter';
import { makeRecord } from './records.ts';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const DIMENSION = 384;
const LARGEST_MEGABYTES = 400;

const memory = createMemory();
const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } } } as const;
// Made once: the cost of making them up is not what is measured.
const made = Array.from({ length: 1000 }, (_, index) => makeRecord(index, DIMENSION));

const source = store('generating', {
  count: async () => ({ value: COUNT, exact: true }),
  async partition(target) {
    const size = Math.ceil(COUNT / target);
    return Array.from({ length: target }, (_, index) => ({
      id: `${index * size}-${Math.min(COUNT, (index + 1) * size)}`,
    }));
  },
  async scan({ partition, cursor, limit }) {
    const [start = 0, end = COUNT] = partition?.id.split('-').map(Number) ?? [];
    const from = cursor === undefined ? start : Number(cursor);
    const to = Math.min(end, from + limit);
    const records = Array.from({ length: to - from }, (_, offset): VectorRecord => {
      const template = made[(from + offset) % made.length] as VectorRecord;
      return {
        ...template,
        id: `record-${from + offset}`,
        vectors: { '': (template.vectors[''] as Float32Array).slice() },
      };
    });
    return { records, cursor: to >= end ? null : String(to) };
  },
});
const target = store('discarding', { upsert: async (records) => ({ accepted: records.length, rejected: [] }) });

const cpuBefore = process.cpuUsage();
const result = await new VectorStoreMigrator({ source, target, validate: false, checkpoints: false }).migrate({
  sourceCollection: 'docs',
});
const cpu = process.cpuUsage(cpuBefore);
const peak = process.resourceUsage().maxRSS / 1024;
const { vectorsPerSecond } = result.metadata;
console.log(
  `${result.vectorsMigrated} records: ${Math.round(vectorsPerSecond)} records/s, ` +
    `${((cpu.user + cpu.system) / result.vectorsMigrated).toFixed(2)} µs of CPU a record, peak ${peak.toFixed(0)} MB`,
);
process.exitCode = peak < LARGEST_MEGABYTES ? 0 : 1;

function store(name: string, methods: Partial<CollectionV1>): VectorStoreV1 {
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
    capabilities: memory.capabilities,
    listCollections: async () => ['docs'],
    createCollection: async () => [],
    openCollection: async () => collection,
    close: async () => undefined,
  });
}
