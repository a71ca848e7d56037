// One measurement, in a process of its own: takes a case as JSON, prints what it took as JSON.
import { createMemory } from '@vsm/adapter-memory';
import { migrateAll, VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { openStore } from '../compare/stores.ts';

export interface GrowthCase {
  /** `generated` records are thrown away at the other end; `held` ones go from memory to memory, and are verified. */
  readonly kind: 'generated' | 'held';
  /** In all collections together. */
  readonly records: number;
  readonly dimension: number;
  readonly namespaces: number;
  readonly collections: number;
}

export interface Grown {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

async function measure({ kind, records, dimension, namespaces, collections }: GrowthCase): Promise<Grown> {
  const shape = { dimension };
  const names = kind === 'generated' ? ['docs'] : Array.from({ length: collections }, (_, at) => `docs-${at}`);
  const source =
    kind === 'generated'
      ? openStore({ kind: 'generating', shape, records })
      : await filled({ names, records, dimension, namespaces });
  const target = kind === 'generated' ? openStore({ kind: 'discarding', dimension }) : createMemory();
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false, validate: kind === 'held' });
  const before = process.cpuUsage();
  const result = await migrateAll(names.map((name) => ({ migrator, options: { sourceCollection: name } })));
  const { user, system } = process.cpuUsage(before);
  if (result.vectorsMigrated !== records || !result.success)
    throw new Error(
      `${result.vectorsMigrated} of ${records} records: ${result.outcomes.map(({ error }) => error?.message).join('; ')}`,
    );
  return { cpuSeconds: (user + system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

interface Filling extends Pick<GrowthCase, 'records' | 'dimension' | 'namespaces'> {
  readonly names: readonly string[];
}

async function filled({ names, records, dimension, namespaces }: Filling): Promise<VectorStoreV1> {
  const store = createMemory();
  const each = records / names.length;
  for (const name of names) {
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension, metric: 'euclidean' } } });
    const collection = await store.openCollection(name);
    await collection.upsert(
      Array.from({ length: each }, (_, at) => ({
        id: `record-${at}`,
        vectors: { '': Float32Array.from({ length: dimension }, (_component, index) => at + index) },
        metadata: { at },
        ...(namespaces > 1 && { namespace: `space-${at % namespaces}` }),
      })),
    );
  }
  return store;
}

process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as GrowthCase)));
