import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DisposableStore } from '@vsm/core/adapter';
import { invalidOptions, toVsmError } from './errors.ts';
import { collectionName, encodePath } from './file-names.ts';
import { journalOwner } from './journal.ts';
import { checkOptions, fileName, type FileOptions } from './options.ts';
import { PARTITION_FOLDER } from './partitions.ts';
import type { Place } from './place.ts';
import { storeOf } from './store.ts';

/** Collections in Parquet and JSON Lines files: one file, or every such file of a directory and of the folders in it, as `folder/file`. */
export function createFile(options: FileOptions): DisposableStore {
  const { format = 'parquet', ...checked } = checkOptions(options);
  const root = resolve(checked.path);
  const placesOf = remembering(placesAmong);
  return storeOf({
    location: `file:${root}`,
    root,
    options: { ...checked, path: root },
    async find() {
      const single = await singleFile(root);
      if (single !== undefined) return (await isThere(single.path)) ? [single] : [];
      const { files, folders, partitions } = await entriesOf(root);
      const places = [...placesOf(root, files), ...partitioned(root, basename(root), partitions)].map((place) => ({
        ...place,
        root,
      }));
      for (const folder of folders) {
        const below = await entriesOf(join(root, folder));
        const name = collectionName(folder);
        places.push(...partitioned(join(root, folder), name, below.partitions).map((place) => ({ ...place, root })));
        for (const place of placesOf(join(root, folder), below.files)) {
          const isWhole =
            place.parts !== undefined && place.name === name && places.every((other) => other.name !== name);
          places.push({ ...place, root, name: isWhole ? place.name : `${name}/${place.name}` });
        }
      }
      return places;
    },
    async placeFor(name) {
      const single = await singleFile(root);
      if (single === undefined) return { name, format, path: join(root, `${encodePath(name)}.${format}`), root };
      if (single.name === name) return single;
      throw invalidOptions(`${root} is one file, whose collection is called "${single.name}", not "${name}"`);
    },
  });
}

interface Entries {
  /** Those of unfinished exports included. */
  readonly files: readonly string[];
  /** Folders that may hold more. */
  readonly folders: readonly string[];
  /** Files below folders that are named after a column and its value, by their path. */
  readonly partitions: readonly string[];
}

/** Nothing where there is no such directory. */
async function entriesOf(folder: string): Promise<Entries> {
  try {
    const files = new Set<string>();
    const folders: string[] = [];
    const partitions: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const owner = entry.isDirectory() ? journalOwner(entry.name) : entry.name;
      if (owner !== undefined) files.add(owner);
      else if (PARTITION_FOLDER.test(entry.name)) partitions.push(...(await filesBelow(folder, entry.name)));
      else if (!entry.name.startsWith('.')) folders.push(entry.name);
    }
    return { files: [...files], folders, partitions };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return { files: [], folders: [], partitions: [] };
    throw toVsmError(cause, `read ${folder}`);
  }
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(root, path)));
    else if (fileName(path) !== undefined) found.push(path);
  }
  return found;
}

/** The data set whose parts lie in folders named after a column: one collection for each format. */
function partitioned(folder: string, name: string, paths: readonly string[]): readonly Place[] {
  const groups = Map.groupBy(paths, (path) => fileName(path)?.format ?? 'parquet');
  return [...groups].map(([format, parts]) => ({
    name: groups.size === 1 ? name : `${name}.${format}`,
    format,
    path: folder,
    parts: parts.toSorted(),
  }));
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
  const names = await readdir(dirname(path)).catch(() => []);
  return names.some((name) => name === basename(path) || journalOwner(name) === basename(path));
}

/** `train-00001-of-00003`, as data sets are cut, and `part-00000-…`, as Spark does it, where the folder has the name. */
const PART_OF = /^(.+)-\d{5}-of-\d{5}$/;
const PART = /^part[-_.]?\d+/;

/**
 * The same places for the same files of a folder: each collection of thousands is opened several times on its way, and what is there
 * is read anew each time, but hardly ever another.
 */
function remembering(find: typeof placesAmong): typeof placesAmong {
  const known = new Map<string, { readonly files: readonly string[]; readonly places: readonly Place[] }>();
  return (root, files) => {
    const last = known.get(root);
    if (last?.files.length === files.length && last.files.every((file, at) => file === files[at])) return last.places;
    const places = find(root, files);
    known.set(root, { files, places });
    return places;
  };
}

/** Where two collections would have one name, they are called by their whole file names. */
function placesAmong(root: string, files: readonly string[]): readonly Place[] {
  const named = files.flatMap((file) => {
    const found = fileName(file);
    if (found === undefined) return [];
    const group =
      PART_OF.exec(found.name)?.[1] ?? (PART.test(found.name) ? (fileName(root)?.name ?? basename(root)) : undefined);
    return [{ ...found, file, group }];
  });
  const places = [...Map.groupBy(named, ({ group, file, format }) => `${group ?? file}\0${format}`).values()].map(
    (members): Place => {
      const { name, format, file, group } = members[0] as (typeof named)[number];
      if (group === undefined) return { name: collectionName(name), format, path: join(root, file) };
      return { name: group, format, path: root, parts: members.map((member) => member.file).toSorted() };
    },
  );
  const byName = Map.groupBy(places, ({ name }) => name);
  return places.map((place) => {
    const isUnique = byName.get(place.name)?.length === 1;
    return isUnique ? place : { ...place, name: place.parts?.[0] ?? basename(place.path) };
  });
}
