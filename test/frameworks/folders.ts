import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolder } from '@vsm/adapter-folder';
import type { VectorStoreV1 } from '@vsm/core';

export interface Folders {
  /** Where each application makes one of its own. */
  readonly path: string;
  /** By the name of the folder, the one collection in it. */
  readonly store: VectorStoreV1;
}

export function makeFolders(): Folders {
  const path = mkdtempSync(join(tmpdir(), 'vsm-frameworks-'));
  const opened: VectorStoreV1[] = [];
  return {
    path,
    store: {
      ...createFolder({ path }),
      async openCollection(name, options) {
        const store = createFolder({ path: join(path, name) });
        opened.push(store);
        return store.openCollection('default', options);
      },
      async effectiveCapabilities() {
        return createFolder({ path }).capabilities;
      },
      async close() {
        await Promise.all(opened.map((store) => store.close()));
        rmSync(path, { recursive: true });
      },
    },
  };
}
