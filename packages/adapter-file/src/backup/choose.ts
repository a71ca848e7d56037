import { isS3 } from '../s3/location.ts';
import { invalidOptions, notFound } from './errors.ts';
import { BackupFolder, type SnapshotName } from './folder.ts';
import { collectionTag } from './snapshot.ts';

export const LATEST = 'latest';

/** One snapshot a collection. @throws VsmError `NOT_FOUND` where there is none of that id, `INVALID_OPTIONS` where there are several */
export function chosen(names: readonly SnapshotName[], snapshot: string, where: string): readonly SnapshotName[] {
  if (snapshot === LATEST) return [...new Map(names.map((name) => [name.tag, name])).values()];
  const found = names.filter(({ id }) => id.startsWith(snapshot));
  if (found.length === 1) return found;
  const last = names.slice(-5).map(({ id }) => id);
  if (found.length === 0)
    throw notFound(`${where} has no snapshot "${snapshot}". Its last ones: ${last.join(', ') || 'none'}.`);
  throw invalidOptions(`${found.length} snapshots in ${where} begin with "${snapshot}"; the first are ${ids(found)}.`);
}

function ids(names: readonly SnapshotName[]): string {
  return names
    .slice(0, 3)
    .map(({ id }) => id)
    .join(', ');
}

/** Where one snapshot can be read for good, whatever is backed up later. `*` means all collections of the folder. */
export async function snapshotLocation(choice: SnapshotChoice): Promise<string> {
  const { path, snapshot = LATEST, collection, skipLost = false } = choice;
  if (!isS3(path) && path.includes('?')) {
    throw invalidOptions(`the folder ${path} has a question mark in its name, which a location cannot have.`);
  }
  const lost = skipLost ? { lost: 'skip' } : {};
  const folder = await BackupFolder.open(path);
  try {
    const names = chosen(await folder.snapshots(), snapshot, folder.where);
    if (collection === '*') return located(path, { collection, ...(snapshot !== LATEST && { snapshot }), ...lost });
    const name = await theOne(folder, names, collection);
    return located(path, { snapshot: name.id, collection: (await folder.read(name)).collection, ...lost });
  } finally {
    folder.close();
  }
}

async function theOne(
  folder: BackupFolder,
  names: readonly SnapshotName[],
  collection: string | undefined,
): Promise<SnapshotName> {
  const wanted = names.filter(({ tag }) => collection === undefined || tag === collectionTag(collection));
  const [name, ...others] = wanted;
  if (name !== undefined && others.length === 0) return name;
  if (names.length === 0) throw notFound(`${folder.where} has no snapshots.`);
  const held: string[] = [];
  for (const one of names) held.push((await folder.read(one)).collection);
  const list = held.toSorted().join(', ');
  if (name === undefined) throw notFound(`${folder.where} has no snapshot of "${collection}". It has: ${list}.`);
  throw invalidOptions(
    `${folder.where} holds several collections: ${list}. Name one with --collection, or "*" for all.`,
  );
}

export interface SnapshotChoice {
  /** The folder of the backup. */
  readonly path: string;
  /** The id of a snapshot, or how it begins. @default the latest of each collection */
  readonly snapshot?: string | undefined;
  readonly collection?: string | undefined;
  /** Leaves out what is lost. */
  readonly skipLost?: boolean | undefined;
}

function located(path: string, parameters: Readonly<Record<string, string>>): string {
  return `backup:${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parameters).toString()}`;
}
