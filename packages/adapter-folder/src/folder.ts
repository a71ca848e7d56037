import { resolve } from 'node:path';
import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { identityOf } from '@vsm/core/files';
import { capabilities } from './capabilities.ts';
import { folderCollection } from './collection.ts';
import type { Content, Shelf } from './content.ts';
import { ADAPTER, readOnly } from './errors.ts';
import { checkOptions, type FolderOptions } from './options.ts';
import { recognise } from './recognise.ts';
import { Stamps } from './stamps.ts';

/** What an embedded store or a framework left in a folder, recognised by its files. It is read, and never written to. */
export function createFolder(options: FolderOptions): DisposableStore {
  const path = resolve(checkOptions(options).path);
  let opening: Promise<Shelf> | undefined;
  const opened = new Map<string, Promise<Opened | undefined>>();
  const start = async (): Promise<Shelf> => {
    const { kind, files } = recognise(path);
    return kind.open(path, files);
  };
  const open = async (): Promise<Shelf> => {
    opening ??= start();
    return opening.catch((cause: unknown) => {
      // What could not be read now may be there next time.
      opening = undefined;
      throw cause;
    });
  };
  const openContent = async (name: string): Promise<Opened | undefined> => {
    const content = opened.get(name) ?? openUnchanged(await open(), name);
    opened.set(name, content);
    return content.catch((cause: unknown) => {
      opened.delete(name);
      throw cause;
    });
  };
  return guardStore({
    specificationVersion: 'v1',
    adapter: ADAPTER,
    location: `folder:${path}`,
    capabilities,
    effectiveCapabilities: async () => recognise(path).kind.capabilities,
    async listCollections() {
      return [...(await open()).names].toSorted();
    },
    async openCollection(name) {
      const found = await openContent(name);
      if (found === undefined) throw collectionNotFound(ADAPTER, name, path);
      const identity = async (): Promise<string | undefined> => {
        const place = await identityOf(path);
        return place === undefined ? undefined : `${place} ${name}`;
      };
      return folderCollection(found.content, identity, () => found.stamps.check());
    },
    async createCollection() {
      throw readOnly();
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  });
}

interface Opened {
  readonly content: Content;
  readonly stamps: Stamps;
}

/** Opening reads a good part of some files, and they must not change meanwhile either. */
async function openUnchanged(shelf: Shelf, name: string): Promise<Opened | undefined> {
  const before = new Stamps(shelf.files);
  const content = await shelf.open(name);
  before.check();
  return content === undefined ? undefined : { content, stamps: new Stamps(shelf.files) };
}
