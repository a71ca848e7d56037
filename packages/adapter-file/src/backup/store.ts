import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  collectionNotFound,
  guardStore,
  parseLocation,
  UnsupportedError,
  type Capabilities,
  type CollectionV1,
  type DisposableStore,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { capabilities as fileCapabilities } from '../capabilities.ts';
import { readVerbs } from '../collection.ts';
import { invalidOptions, notFound } from './errors.ts';
import { BackupFolder, parseSnapshotName, type SnapshotName } from './folder.ts';
import { collectionTag, parseSnapshot } from './snapshot.ts';
import { SnapshotRecords } from './snapshot-records.ts';

export interface BackupStoreOptions {
  /** The folder that {@link backup} fills. */
  readonly path: string;
  /** The id of a snapshot, or how it begins. @default the latest of each collection */
  readonly snapshot?: string | undefined;
}

const LATEST = 'latest';

const capabilities: Capabilities = { ...fileCapabilities, access: 'read-only', scan: 'snapshot' };

/** The snapshots of a folder as collections that are read only: what a backup is restored from, and compared by. */
export function createBackup({ path, snapshot = LATEST }: BackupStoreOptions): DisposableStore {
  if (typeof path !== 'string' || path === '') throw invalidOptions('the option "path" is missing.');
  const root = resolve(path);
  const open = new Map<string, SnapshotRecords>();
  /** The snapshot of each collection, by its tag. */
  const find = async (): Promise<{ readonly folder: BackupFolder; readonly names: readonly SnapshotName[] }> => {
    const folder = await BackupFolder.open(root);
    return { folder, names: chosen(await folder.snapshots(), snapshot, root) };
  };
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'backup',
    location: `backup:${root}${snapshot === LATEST ? '' : `?snapshot=${snapshot}`}`,
    capabilities,
    async listCollections() {
      const { folder, names } = await find();
      const collections: string[] = [];
      for (const name of names) collections.push((await folder.read(name)).collection);
      return collections.toSorted();
    },
    createCollection: () => Promise.reject(readOnly()),
    async openCollection(name) {
      const { folder, names } = await find();
      const tag = collectionTag(name);
      const found = names.find((one) => one.tag === tag);
      if (found === undefined) throw collectionNotFound('backup', name, root);
      const records = open.get(found.id) ?? new SnapshotRecords(folder, await folder.read(found));
      open.set(found.id, records);
      return readOnlyCollection(records);
    },
    async close() {
      for (const records of open.values()) await records.close();
      open.clear();
    },
  });
}

function readOnlyCollection(records: SnapshotRecords): CollectionV1 {
  return {
    ...readVerbs(records),
    upsert: () => Promise.reject(readOnly()),
    delete: () => Promise.reject(readOnly()),
  };
}

function readOnly(): UnsupportedError {
  return new UnsupportedError('access', 'backup: a snapshot is never changed; vsm backup adds another one.', {
    adapter: 'backup',
  });
}

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

/** Opens `backup:./folder`, `backup:./folder?snapshot=20261126T0300` or `backup:./folder?collection=docs`. */
export function openBackupLocation(location: string): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['collection', 'snapshot']);
  const snapshot = parameters.get('snapshot');
  const store = createBackup({ path, snapshot });
  return { store, collection: parameters.get('collection') ?? onlyCollection(path, snapshot) };
}

/** Where one snapshot can be read for good, whatever is backed up later. `*` means all collections of the folder. */
export async function snapshotLocation({ path, snapshot = LATEST, collection }: SnapshotChoice): Promise<string> {
  if (path.includes('?'))
    throw invalidOptions(`the folder ${path} has a question mark in its name, which a location cannot have.`);
  const folder = await BackupFolder.open(path);
  const names = chosen(await folder.snapshots(), snapshot, folder.path);
  if (collection === '*') return located(path, { collection, ...(snapshot !== LATEST && { snapshot }) });
  const wanted = names.filter(({ tag }) => collection === undefined || tag === collectionTag(collection));
  const [name, ...others] = wanted;
  if (name !== undefined && others.length === 0) {
    return located(path, { snapshot: name.id, collection: (await folder.read(name)).collection });
  }
  const held: string[] = [];
  for (const one of names) held.push((await folder.read(one)).collection);
  if (names.length === 0) throw notFound(`${folder.path} has no snapshots.`);
  const list = held.toSorted().join(', ');
  if (name === undefined) throw notFound(`${folder.path} has no snapshot of "${collection}". It has: ${list}.`);
  throw invalidOptions(
    `${folder.path} holds several collections: ${list}. Name one with --collection, or "*" for all.`,
  );
}

export interface SnapshotChoice extends BackupStoreOptions {
  readonly collection?: string | undefined;
}

function located(path: string, parameters: Readonly<Record<string, string>>): string {
  return `backup:${path}?${new URLSearchParams(parameters).toString()}`;
}

/** The one collection of a folder, where there is one. What is wrong with the folder is said by whoever opens it. */
function onlyCollection(path: string, snapshot: string | undefined): string | undefined {
  try {
    const folder = join(resolve(path), 'snapshots');
    const names = readdirSync(folder).flatMap((name) => parseSnapshotName(name) ?? []);
    const [only, ...others] = chosen(
      names.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      snapshot ?? LATEST,
      path,
    );
    if (only === undefined || others.length > 0) return undefined;
    const file = join(folder, `${only.id}.${only.tag}.json`);
    return parseSnapshot(file, readFileSync(file, 'utf8')).collection;
  } catch {
    return undefined;
  }
}
