import type { Document } from 'mongodb';
import { VsmError, type StoreRoom } from '@vsm/core/adapter';
import type { Connection } from './client.ts';

/** What the disk of the server has left: https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
export async function roomOf(connection: Connection): Promise<StoreRoom> {
  const found = await stats(connection);
  // FerretDB and the shared tiers of Atlas say nothing of the disk.
  const [total, used] = [Number(found?.['fsTotalSize']), Number(found?.['fsUsedSize'])];
  return total > 0 && used >= 0 ? { freeDiskBytes: Math.max(0, total - used) } : {};
}

async function stats(connection: Connection): Promise<Document | undefined> {
  try {
    return await connection.run('ask how much disk is free', (db) => db.command({ dbStats: 1 }));
  } catch (error) {
    // Who may read and write a collection may not always ask for this.
    if (VsmError.isInstance(error) && error.code === 'UNAUTHORIZED') return undefined;
    throw error;
  }
}
