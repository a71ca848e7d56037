import { createMemory } from '@vsm/adapter-memory';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core';
import { createLedger, TIMINGS, type Ledger, type LedgerOptions, type Timings } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';

/** Fast enough for tests that wait for nothing but promises. */
export const QUICK: Timings = { ...TIMINGS, lease: 3000, late: 500, beat: 200, reconcile: 500, retry: 100 };

function records(count: number): VectorRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `record-${index}`,
    vectors: { '': new Float32Array([index, index % 7, 1]) },
    document: `text ${index}`,
    metadata: { number: index, whole: index % 3 === 0 },
  }));
}

export async function seeded(count: number): Promise<VectorStoreV1> {
  const store = createMemory();
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } },
    fields: {},
  });
  const docs = await store.openCollection('docs');
  await docs.upsert(records(count));
  return store;
}

export function memoryLedger(options: LedgerOptions = {}): Ledger {
  return createLedger(memoryStorage(), { timings: QUICK, ...options });
}
