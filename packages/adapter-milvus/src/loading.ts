import { setTimeout as delay } from 'node:timers/promises';
import { ifThere } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { getLoadState, loadCollection, LOADING, NOT_LOADED, releaseCollection } from './grpc/collections.ts';

/** Collections that were loaded to be read, and are released again. */
export interface Loader {
  load(stored: string, signal?: AbortSignal): Promise<void>;
  /** Leaves one loaded: it was made here. */
  keep(stored: string): void;
  /** Forgets one that is dropped, or was released by somebody else. */
  forget(stored: string): void;
  restore(): Promise<void>;
}

const POLL_MS = 100;

export function createLoader(client: Client): Loader {
  const loading = new Map<string, Promise<void>>();
  const woken = new Set<string>();
  const kept = new Set<string>();
  const state = async (collection: string, signal?: AbortSignal): Promise<number> => {
    const call = { action: `ask whether "${collection}" is loaded`, signal };
    return (await client.call(getLoadState, { db: client.database, collection }, call)).state;
  };
  const wake = async (collection: string, signal?: AbortSignal): Promise<void> => {
    let now = await state(collection, signal);
    if (now === NOT_LOADED) {
      const call = { action: `load "${collection}"`, signal };
      if (!kept.has(collection)) woken.add(collection);
      await client.call(loadCollection, { db: client.database, collection }, call);
      now = await state(collection, signal);
    }
    // One that is gone by now is missed by whoever asks next.
    while (now === LOADING) {
      await delay(POLL_MS, undefined, { signal });
      now = await state(collection, signal);
    }
  };
  return {
    async load(stored, signal) {
      const known = loading.get(stored) ?? wake(stored, signal);
      loading.set(stored, known);
      try {
        await known;
      } catch (error) {
        loading.delete(stored);
        throw error;
      }
    },
    keep: (stored) => void kept.add(stored),
    forget(stored) {
      loading.delete(stored);
      woken.delete(stored);
    },
    async restore() {
      for (const collection of woken) {
        const call = { action: `release "${collection}" again` };
        // Somebody may have dropped it meanwhile.
        await ifThere(() => client.call(releaseCollection, { db: client.database, collection }, call));
      }
    },
  };
}
