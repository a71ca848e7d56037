import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { collectionNotFound, guardStore, VsmError, type CollectionSchema, type VectorStoreV1 } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { fileCollection } from './collection.ts';
import { invalidOptions, toVsmError } from './errors.ts';
import { collectionName, encodeName } from './file-names.ts';
import { journalOwner } from './journal.ts';
import { checkOptions, fileName, type FileOptions } from './options.ts';
import { Shelf } from './shelf.ts';
import type { Place } from './stored-collection.ts';

/** Collections in Parquet and JSON Lines files: one file, or every such file of a directory. */
export function createFile(options: FileOptions): VectorStoreV1 {
  const { format = 'parquet', ...checked } = checkOptions(options);
  const root = resolve(checked.path);
  const shelf = new Shelf({ ...checked, path: root });

  const find = async (): Promise<readonly Place[]> => {
    const single = await singleFile(root);
    if (single !== undefined) return (await isThere(single.path)) ? [single] : [];
    try {
      const entries = await readdir(root, { withFileTypes: true });
      const files = entries.flatMap((entry) => (entry.isDirectory() ? (journalOwner(entry.name) ?? []) : entry.name));
      return placesOf(root, [...new Set(files)]);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
      throw toVsmError(cause, `read ${root}`);
    }
  };
  const placeFor = async (name: string): Promise<Place> => {
    const single = await singleFile(root);
    if (single === undefined) return { name, format, path: join(root, `${encodeName(name)}.${format}`) };
    if (single.name === name) return single;
    throw invalidOptions(`${root} is one file, whose collection is called "${single.name}", not "${name}"`);
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'file',
    location: `file:${root}`,
    capabilities,
    async listCollections() {
      return (await find()).map(({ name }) => name).toSorted();
    },
    async createCollection(schema) {
      const place = await placeFor(schema.name);
      const taken = (await find()).some(({ name, path }) => name === schema.name || path === place.path);
      if (taken) {
        throw new VsmError('CONFLICT', `file: collection "${schema.name}" exists already in ${root}`, {
          adapter: 'file',
        });
      }
      await mkdir(join(place.path, '..'), { recursive: true }).catch((cause: unknown) => {
        throw toVsmError(cause, `make the folder of ${place.path}`);
      });
      await shelf.create(place, schemaOnly(schema));
      return [];
    },
    async openCollection(name) {
      const all = await find();
      const place = all.find((candidate) => candidate.name === name);
      const stored = place === undefined ? undefined : await shelf.open(place);
      if (stored !== undefined) return fileCollection(stored);
      const names = all.map((candidate) => candidate.name);
      throw collectionNotFound('file', name, root, names);
    },
    async dropCollection(name) {
      const place = (await find()).find((candidate) => candidate.name === name);
      if (place === undefined) return;
      await (await shelf.open(place))?.drop();
      shelf.forget(place);
    },
    async close() {
      await shelf.close();
    },
  });
}

/** What came from `describe()` may hold more than a schema, which would lie in the manifest for ever. */
function schemaOnly({ name, vectors, ids, namespaces, fields, indexes, native }: CollectionSchema): CollectionSchema {
  return { name, vectors, ids, namespaces, fields, indexes, native };
}

/** The one file that a path names, whether it is there or not yet; `undefined` for a directory. */
async function singleFile(root: string): Promise<Place | undefined> {
  const named = fileName(root);
  const found = await stat(root).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw toVsmError(cause, `read ${root}`);
  });
  if (found?.isDirectory() === true) return undefined;
  if (named !== undefined) return { ...named, path: root };
  if (found === undefined) return undefined;
  throw invalidOptions(`${root} is neither .parquet nor .jsonl (.gz, .zst), nor a directory`);
}

async function isThere(path: string): Promise<boolean> {
  const names = await readdir(join(path, '..')).catch(() => []);
  return names.some((name) => name === basename(path) || journalOwner(name) === basename(path));
}

/** Where two files would have one name, they are called by their whole file names. */
function placesOf(root: string, files: readonly string[]): readonly Place[] {
  const places = files.flatMap((file) => {
    const named = fileName(file);
    return named === undefined ? [] : [{ ...named, name: collectionName(named.name), path: join(root, file) }];
  });
  return places.map((place) => {
    const isUnique = places.every((other) => other === place || other.name !== place.name);
    return isUnique ? place : { ...place, name: basename(place.path) };
  });
}
