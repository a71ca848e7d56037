import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DisposableStore } from '@vsm/core/adapter';
import { invalidOptions, toVsmError } from './errors.ts';
import { collectionName, encodePath } from './file-names.ts';
import { journalOwner } from './journal.ts';
import { checkOptions, fileName, type FileOptions } from './options.ts';
import type { Place } from './place.ts';
import { storeOf } from './store.ts';

/** Collections in Parquet and JSON Lines files: one file, or every such file of a directory and of the folders in it, as `folder/file`. */
export function createFile(options: FileOptions): DisposableStore {
  const { format = 'parquet', ...checked } = checkOptions(options);
  const root = resolve(checked.path);
  return storeOf({
    location: `file:${root}`,
    root,
    options: { ...checked, path: root },
    async find() {
      const single = await singleFile(root);
      if (single !== undefined) return (await isThere(single.path)) ? [single] : [];
      const { files, folders } = await entriesOf(root);
      const places = placesOf(root, files).map((place) => ({ ...place, root }));
      for (const folder of folders) {
        const below = await entriesOf(join(root, folder));
        const name = collectionName(folder);
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

/** Files, those of unfinished exports included, and the folders that may hold more; nothing where there is no such directory. */
async function entriesOf(folder: string): Promise<{ files: readonly string[]; folders: readonly string[] }> {
  try {
    const files = new Set<string>();
    const folders: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const owner = entry.isDirectory() ? journalOwner(entry.name) : entry.name;
      if (owner !== undefined) files.add(owner);
      else if (!entry.name.startsWith('.')) folders.push(entry.name);
    }
    return { files: [...files], folders };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { files: [], folders: [] };
    throw toVsmError(cause, `read ${folder}`);
  }
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

/** Where two collections would have one name, they are called by their whole file names. */
function placesOf(root: string, files: readonly string[]): readonly Place[] {
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
  return places.map((place) => {
    const isUnique = places.every((other) => other === place || other.name !== place.name);
    return isUnique ? place : { ...place, name: place.parts?.[0] ?? basename(place.path) };
  });
}
