import { setTimeout as delay } from 'node:timers/promises';
import { wrapCollection } from '@vsm/core/adapter';
import type { VectorStoreV1 } from '@vsm/core';
import { createEngine, type Ledger, type RunEngine } from '@vsm/distributed';
import { openStore } from '../compare/stores.ts';

/** What a process of the run is told. */
export interface Share {
  readonly ledger: string;
  readonly runId: string;
  readonly records: number;
  readonly latencyMs: number;
  readonly processes: number;
}

export const SLOTS = 4;
const DIMENSION = 384;
const BYTES_IN_FLIGHT = 64 * 1024 * 1024;

export function storesOf({ records, latencyMs }: Share): {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
} {
  const source = openStore({ kind: 'generating', shape: { dimension: DIMENSION }, records });
  const target = openStore({ kind: 'discarding', dimension: DIMENSION });
  return { source: late(source, latencyMs), target: late(target, latencyMs) };
}

export function engineOf(ledger: Ledger, share: Share): RunEngine {
  const ends = storesOf(share);
  const maxBytesInFlight = BYTES_IN_FLIGHT / share.processes;
  return createEngine({ ledger, stores: async () => ends, slots: SLOTS, maxBytesInFlight });
}

/** The store, as far away as that. */
function late(store: VectorStoreV1, ms: number): VectorStoreV1 {
  if (ms === 0) return store;
  const waiting =
    <Words extends readonly unknown[], Result>(call: (...words: Words) => Promise<Result>) =>
    async (...words: Words): Promise<Result> => {
      await delay(ms);
      return call(...words);
    };
  return {
    ...store,
    async openCollection(name, options) {
      return wrapCollection(await store.openCollection(name, options), { scan: waiting, upsert: waiting });
    },
  };
}
