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
import { isS3, S3_PARAMETERS, withS3Parameters } from '../s3/location.ts';
import { chosen, LATEST } from './choose.ts';
import { invalidOptions } from './errors.ts';
import { BackupFolder, pathOf, snapshotNames, SNAPSHOTS, type SnapshotName } from './folder.ts';
import { partProblem } from './part-check.ts';
import { collectionTag, parseSnapshot } from './snapshot.ts';
import { SnapshotRecords } from './snapshot-records.ts';
import type { StoredPart } from './stored-part.ts';

export interface BackupStoreOptions {
  /** The folder that {@link backup} fills. */
  readonly path: string;
  /** The id of a snapshot, or how it begins. @default the latest of each collection */
  readonly snapshot?: string | undefined;
  /** Leaves out what is lost, which is found by reading all of the snapshot first; a note of its description says what. @default false */
  readonly skipLost?: boolean | undefined;
}

const capabilities: Capabilities = { ...fileCapabilities, access: 'read-only', scan: 'snapshot' };

/** The snapshots of a folder as collections that are read only: what a backup is restored from, and compared by. */
export function createBackup({ path, snapshot = LATEST, skipLost = false }: BackupStoreOptions): DisposableStore {
  if (typeof path !== 'string' || path === '') throw invalidOptions('the option "path" is missing.');
  const root = isS3(path) ? path : resolve(path);
  const open = new Map<string, Promise<SnapshotRecords>>();
  let opening: Promise<BackupFolder> | undefined;
  /** The snapshot of each collection, by its tag. */
  const find = async (): Promise<{ readonly folder: BackupFolder; readonly names: readonly SnapshotName[] }> => {
    opening ??= BackupFolder.open(root).catch((cause: unknown) => {
      opening = undefined;
      throw cause;
    });
    const folder = await opening;
    return { folder, names: chosen(await folder.snapshots(), snapshot, root) };
  };
  return guardStore(
    {
      specificationVersion: 'v1',
      adapter: 'backup',
      location: `backup:${root}${snapshot === LATEST ? '' : `${root.includes('?') ? '&' : '?'}snapshot=${snapshot}`}`,
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
        const records = open.get(found.id) ?? openRecords(folder, found, skipLost);
        open.set(found.id, records);
        // What failed is tried again.
        records.catch(() => open.delete(found.id));
        return readOnlyCollection(await records);
      },
      async close() {
        for (const records of open.values()) await (await records.catch(() => undefined))?.close();
        open.clear();
        (await opening?.catch(() => undefined))?.close();
      },
    },
    // Ids are kept as they were in the source.
    { readsAnyText: true },
  );
}

async function openRecords(folder: BackupFolder, name: SnapshotName, skipLost: boolean): Promise<SnapshotRecords> {
  const snapshot = await folder.read(name);
  const lost = new Set<StoredPart>();
  if (skipLost)
    for (const part of snapshot.parts)
      if ((await partProblem(folder, part, snapshot.schema)) !== undefined) lost.add(part);
  return new SnapshotRecords(folder, snapshot, lost);
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

/** Opens `backup:./folder`, `backup:./folder?snapshot=20261126T0300`, `backup:./folder?collection=docs` or `backup:s3://bucket/prefix?collection=docs`. */
export function openBackupLocation(location: string): OpenedLocation {
  const ofS3 = /^backup:s3:/i.test(location) ? S3_PARAMETERS : [];
  const { path: folder, parameters } = parseLocation(location, ['collection', 'snapshot', 'lost', ...ofS3]);
  const snapshot = parameters.get('snapshot');
  const lost = parameters.get('lost');
  if (lost !== undefined && lost !== 'skip') throw invalidOptions(`lost=${lost} has no meaning; lost=skip has.`);
  const path = withS3Parameters(folder, parameters);
  const store = createBackup({ path, snapshot, skipLost: lost === 'skip' });
  return {
    store,
    collection: parameters.get('collection') ?? (isS3(path) ? undefined : onlyCollection(path, snapshot)),
  };
}

/** The one collection of a folder, where there is one. What is wrong with the folder is said by whoever opens it. */
function onlyCollection(path: string, snapshot: string | undefined): string | undefined {
  try {
    const names = snapshotNames(readdirSync(join(resolve(path), SNAPSHOTS)));
    const [only, ...others] = chosen(names, snapshot ?? LATEST, path);
    if (only === undefined || others.length > 0) return undefined;
    const file = join(resolve(path), pathOf(only));
    return parseSnapshot(file, readFileSync(file, 'utf8')).collection;
  } catch {
    return undefined;
  }
}
