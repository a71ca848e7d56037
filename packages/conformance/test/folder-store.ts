import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { parseLocation, type OpenedLocation, type VectorStoreV1 } from '@vsm/core/adapter';
import type { LocationHarness } from '../src/index.ts';

export interface FolderFaults {
  /** Resolves its path whenever it is used. */
  readonly late?: boolean | undefined;
  /** Makes the folder that it looks into. */
  readonly makes?: boolean | undefined;
  readonly takesAnyParameter?: boolean | undefined;
  /** What it makes of the name of a collection. */
  readonly rename?: ((name: string) => string) | undefined;
}

/** Locations of two kinds: `shared:docs` in the place of `connect`, and `folder:./path?collection=docs`. */
export function locationHarness(connect: () => VectorStoreV1, faults: FolderFaults = {}): LocationHarness {
  return {
    open(location): OpenedLocation {
      const known = faults.takesAnyParameter === true ? ['collection', 'unheardOf'] : ['collection'];
      const { scheme, path, parameters } = parseLocation(location, known);
      if (scheme === 'folder') return { store: folderStore(path, faults), collection: parameters.get('collection') };
      return { store: connect(), collection: (faults.rename ?? ((name) => name))(path) };
    },
    of: (collection) => `shared:${collection}`,
    inFolder: (folder, collection) => `folder:${folder}?collection=${collection}`,
  };
}

/** What lies in a folder, which holds a file for each collection. The records are in memory. */
const contents = new Map<string, VectorStoreV1>();

function folderStore(path: string, { late = false, makes = false }: FolderFaults): VectorStoreV1 {
  const given = late ? path : resolve(path);
  const folder = (): string => {
    const now = resolve(given);
    if (makes) mkdirSync(now, { recursive: true });
    return now;
  };
  const inner = (): VectorStoreV1 => {
    const found = contents.get(folder()) ?? createMemory();
    contents.set(folder(), found);
    return found;
  };
  return {
    ...createMemory(),
    listCollections: async () => (existsSync(folder()) ? readdirSync(folder()) : []),
    async createCollection(schema) {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(join(folder(), schema.name), '');
      return inner().createCollection(schema);
    },
    openCollection: async (name) => inner().openCollection(name),
    async close() {},
  };
}
