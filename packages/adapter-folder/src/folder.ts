import { readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { identityOf } from '@vsm/core/files';
import { capabilities } from './capabilities.ts';
import { folderCollection } from './collection.ts';
import type { Shelf } from './content.ts';
import { ADAPTER, folderError, readOnly, toVsmError } from './errors.ts';
import { KINDS } from './kinds.ts';
import { checkOptions, type FolderOptions } from './options.ts';
import { Stamps } from './stamps.ts';

/** What an embedded store or a framework left in a folder, recognised by its files. It is read, and never written to. */
export function createFolder(options: FolderOptions): DisposableStore {
  const path = resolve(checkOptions(options).path);
  let opening: Promise<Shelf> | undefined;
  const open = async (): Promise<Shelf> => {
    opening ??= openPath(path);
    return opening.catch((cause: unknown) => {
      // What could not be read now may be there next time.
      opening = undefined;
      throw cause;
    });
  };
  return guardStore({
    specificationVersion: 'v1',
    adapter: ADAPTER,
    location: `folder:${path}`,
    capabilities,
    async listCollections() {
      return [...(await open()).names].toSorted();
    },
    async openCollection(name) {
      const shelf = await open();
      const content = await shelf.open(name);
      if (content === undefined) throw collectionNotFound(ADAPTER, name, path);
      const stamps = new Stamps(shelf.files);
      const identity = async (): Promise<string | undefined> => {
        const place = await identityOf(path);
        return place === undefined ? undefined : `${place} ${name}`;
      };
      return folderCollection(content, identity, () => stamps.check());
    },
    async createCollection() {
      throw readOnly();
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  });
}

/** @throws VsmError where nothing is there, or nothing that is known */
async function openPath(path: string): Promise<Shelf> {
  const files = filesOf(path);
  const kind = KINDS.find(({ recognises }) => recognises(files, path));
  if (kind !== undefined) return kind.open(path, files);
  const known = KINDS.map(({ name }) => name).join(', ');
  throw folderError(
    'INVALID_OPTIONS',
    `what lies in ${path} is not recognised. Known are ${known}. Files of Parquet, JSON Lines or VDF are opened with file: or vdf:, SQLite with sqlite:, LanceDB with lancedb:.`,
  );
}

function filesOf(path: string): ReadonlySet<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw folderError('NOT_FOUND', `there is no ${path}. Check the path.`);
  if (!stat.isDirectory()) return new Set([basename(path)]);
  try {
    return new Set(readdirSync(path));
  } catch (cause) {
    throw toVsmError(cause, path);
  }
}
