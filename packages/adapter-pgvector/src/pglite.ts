import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VsmError } from '@vsm/core/adapter';
import { openThread, type PgliteThread } from './pglite-thread.ts';

interface OpenFolder {
  readonly thread: Promise<PgliteThread>;
  users: number;
  /** There is one connection, and it is inside the transaction of a snapshot. */
  readonly exclusive: boolean;
}

/** One PGlite a folder: a second one on the same files would corrupt them. */
const folders = new Map<string, OpenFolder>();

/** The database of a folder, which is closed when its last user has closed it. */
export async function openPglite(
  path: string,
  exclusive: boolean,
): Promise<{ readonly client: PgliteThread; close(): Promise<void> }> {
  // A link leads to the same files, and the engine itself opens none.
  const dataDir = await realpath(path).catch(() => path);
  const present = folders.get(dataDir);
  if (present !== undefined && exclusive !== present.exclusive) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `pgvector: ${dataDir} is open already, and an embedded database has one connection, which a snapshot needs for itself. Close the other store first, or open both with, or without, a snapshot.`,
      { adapter: 'pgvector' },
    );
  }
  const folder = present ?? { thread: startPglite(dataDir), users: 0, exclusive };
  folders.set(dataDir, folder);
  folder.users += 1;
  try {
    const client = await folder.thread;
    return {
      client,
      async close() {
        folder.users -= 1;
        if (folder.users > 0) return;
        folders.delete(dataDir);
        await client.close();
      },
    };
  } catch (cause) {
    folders.delete(dataDir);
    throw cause;
  }
}

async function startPglite(dataDir: string): Promise<PgliteThread> {
  await mkdir(dirname(dataDir), { recursive: true });
  return openThread(dataDir);
}
