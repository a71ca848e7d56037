import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, createBackup, pruneBackup } from '@vsm/adapter-file/backup';
import { fingerprint, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { alterCollections } from '../engine/stores.ts';

/** Bytes of every file below a folder, by path. */
export async function filesIn(folder: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path, (await stat(path)).size);
  }
  return found;
}

/** How many bytes came in addition. */
export function bytesAdded(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return [...after].reduce((sum, [path, bytes]) => sum + (before.has(path) ? 0 : bytes), 0);
}

/** The same for the same records, in whatever store. */
export async function digestOf(source: VectorStoreV1, collection = 'docs'): Promise<string> {
  return (await fingerprint({ source, collection })).digest;
}

export async function digestOfSnapshot(path: string, snapshot?: string): Promise<string> {
  await using source = createBackup({ path, snapshot });
  return await digestOf(source);
}

export async function upsert(store: VectorStoreV1, records: readonly VectorRecord[]): Promise<void> {
  await (await store.openCollection('docs')).upsert(records);
}

/** The same record with another value in its metadata and another first component. */
export function changed(record: VectorRecord, to: number): VectorRecord {
  const vector = Float32Array.from(record.vectors[''] as Float32Array);
  vector[0] = to;
  return { ...record, vectors: { '': vector }, metadata: { ...record.metadata, changed: to } };
}

/** What becomes of a prune that begins while a backup reads, which goes on after it. */
export async function pruneDuringBackup(source: VectorStoreV1, path: string): Promise<unknown> {
  let pruning: Promise<unknown> | undefined;
  const meanwhile = alterCollections(source, (collection) => ({
    scan: async (request, options) => {
      pruning ??= pruneBackup({ path, keepLast: 1 }).catch((error: unknown) => error);
      await pruning;
      return collection.scan(request, options);
    },
  }));
  await backup({ source: meanwhile, collection: 'docs', path });
  return pruning;
}
