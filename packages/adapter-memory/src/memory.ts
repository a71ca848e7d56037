import { randomBytes } from 'node:crypto';
import {
  checkOptionNames,
  collectionNotFound,
  guardStore,
  VsmError,
  type CollectionV1,
  type DisposableStore,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { memoryCollection } from './collection.ts';

export interface MemoryOptions {
  /** Tells two stores apart in messages; two stores of one name still share nothing. */
  readonly name?: string | undefined;
}

/** A store of another process is another one, also for a run that is remembered. */
const PROCESS = randomBytes(4).toString('hex');
let stores = 0;

/** A store that lives in this process and holds whatever the record model can express. */
export function createMemory(options: MemoryOptions = {}): DisposableStore {
  checkOptionNames('memory', options, { name: true });
  const collections = new Map<string, CollectionV1>();
  stores += 1;
  const location = `memory:${options.name ?? ''}#${PROCESS}-${stores}`;
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'memory',
    location,
    capabilities,
    async listCollections() {
      return [...collections.keys()].toSorted();
    },
    async createCollection(schema) {
      if (collections.has(schema.name)) {
        throw new VsmError('CONFLICT', `memory: collection "${schema.name}" exists already`, { adapter: 'memory' });
      }
      collections.set(schema.name, memoryCollection(schema));
      return [];
    },
    async openCollection(name) {
      const collection = collections.get(name);
      if (collection === undefined) throw collectionNotFound('memory', name, 'this process');
      return { ...collection, identify: async () => `${location}/${name}` };
    },
    async dropCollection(name) {
      collections.delete(name);
    },
    async close() {
      collections.clear();
    },
  });
}
