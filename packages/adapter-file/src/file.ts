import { basename } from 'node:path';
import type { DisposableStore } from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';
import { collectionName, encodePath } from './file-names.ts';
import { isBegun } from './journal-folder.ts';
import type { Medium } from './medium.ts';
import { mediumOf } from './medium-of.ts';
import { checkOptions, fileName, otherFile, type FileOptions } from './options.ts';
import { PARTITION_FOLDER } from './partitions.ts';
import type { Place } from './place.ts';
import { storeOf } from './store.ts';

/** Collections in Parquet and JSON Lines files: one file, or every such file of a directory and of the folders in it, as `folder/file`. */
export function createFile(options: FileOptions): DisposableStore {
  const { format = 'parquet', ...checked } = checkOptions(options);
  const { medium, root, location } = mediumOf(checked.path);
  const placesOf = remembering((folder, files) => placesAmong(medium, folder, files));
  return storeOf({
    location: `file:${location}`,
    root,
    medium,
    options: { ...checked, path: location },
    async find() {
      const single = await singleFile(medium, root);
      if (single !== undefined) return (await isThere(single)) ? [single] : [];
      const { files, folders, partitions } = await entriesOf(medium, root);
      const whole = partitioned(medium, root, basename(root), partitions);
      const places = [...placesOf(root, files), ...whole].map((place) => ({
        ...place,
        root,
      }));
      for (const folder of folders) {
        const path = medium.below(root, folder);
        const below = await entriesOf(medium, path);
        const name = collectionName(folder);
        places.push(...partitioned(medium, path, name, below.partitions).map((place) => ({ ...place, root })));
        for (const place of placesOf(path, below.files)) {
          const isWhole =
            place.parts !== undefined && place.name === name && places.every((other) => other.name !== name);
          places.push({ ...place, root, name: isWhole ? place.name : `${name}/${place.name}` });
        }
      }
      return places;
    },
    async placeFor(name) {
      const single = await singleFile(medium, root);
      if (single === undefined)
        return { medium, name, format, path: medium.below(root, `${encodePath(name)}.${format}`), root };
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
async function entriesOf(medium: Medium, folder: string): Promise<Entries> {
  const files = new Set<string>();
  const folders: string[] = [];
  const partitions: string[] = [];
  for (const { name, kind } of await medium.entries(folder)) {
    if (kind !== 'folder') files.add(name);
    else if (PARTITION_FOLDER.test(name)) partitions.push(...(await filesBelow(medium, folder, name)));
    else if (!name.startsWith('.')) folders.push(name);
  }
  return { files: [...files], folders, partitions };
}

/** By their paths below `root`. */
async function filesBelow(medium: Medium, root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, kind } of await medium.entries(medium.below(root, folder))) {
    const path = `${folder}/${name}`;
    if (kind === 'folder') found.push(...(await filesBelow(medium, root, path)));
    else if (fileName(path) !== undefined) found.push(path);
  }
  return found;
}

/** The data set whose parts lie in folders named after a column: one collection for each format. */
function partitioned(medium: Medium, folder: string, name: string, paths: readonly string[]): readonly Place[] {
  const groups = Map.groupBy(paths, (path) => fileName(path)?.format ?? 'parquet');
  return [...groups].map(([format, parts]) => ({
    medium,
    name: groups.size === 1 ? name : `${name}.${format}`,
    format,
    path: folder,
    parts: parts.toSorted(),
  }));
}

/** The one file that a path names, whether it is there or not yet; `undefined` for a directory. */
async function singleFile(medium: Medium, root: string): Promise<Place | undefined> {
  const named = fileName(root);
  const kind = await medium.kind(root);
  if (kind === 'folder') return undefined;
  if (named !== undefined) return { medium, ...named, path: root };
  if (kind === undefined) return undefined;
  throw otherFile(root);
}

async function isThere({ medium, path }: Place): Promise<boolean> {
  return (await medium.stamp(path)) !== undefined || isBegun(medium.journalPath(path));
}

/** `train-00001-of-00003`, as data sets are cut, and `part-00000-…`, as Spark does it, where the folder has the name. */
const PART_OF = /^(.+)-\d{5}-of-\d{5}$/;
const PART = /^part[-_.]?\d+/;

type Find = (folder: string, files: readonly string[]) => readonly Place[];

/**
 * The same places for the same files of a folder: each collection of thousands is opened several times on its way, and what is there
 * is read anew each time, but hardly ever another.
 */
function remembering(find: Find): Find {
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
function placesAmong(medium: Medium, root: string, files: readonly string[]): readonly Place[] {
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
      if (group === undefined) return { medium, name: collectionName(name), format, path: medium.below(root, file) };
      return { medium, name: group, format, path: root, parts: members.map((member) => member.file).toSorted() };
    },
  );
  const byName = Map.groupBy(places, ({ name }) => name);
  return places.map((place) => {
    const isUnique = byName.get(place.name)?.length === 1;
    return isUnique ? place : { ...place, name: place.parts?.[0] ?? basename(place.path) };
  });
}
