import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { sqliteError } from './errors.ts';
import type { Client } from './client.ts';

interface Users {
  readonly engine: Client['engine'];
  count: number;
}

const open = new Map<string, Users>();

/**
 * Two SQLite libraries in one process do not see each other's locks on a file, and could damage it
 * (https://www.sqlite.org/howtocorrupt.html, 2.2.1): the first to open a file keeps the other out until it is closed.
 * @returns what gives it back
 */
export function claim(path: string, engine: Client['engine']): () => void {
  const key = existsSync(path) ? realpathSync(path) : resolve(path);
  const users = open.get(key) ?? { engine, count: 0 };
  if (users.engine !== engine) {
    throw sqliteError(
      'CONFLICT',
      `cannot open ${path} by ${engine}: ${users.engine} has it open in this process, and neither sees the locks of the other. Open both ends as libsql:, or go through another file.`,
    );
  }
  users.count += 1;
  open.set(key, users);
  return () => {
    users.count -= 1;
    if (users.count === 0) open.delete(key);
  };
}
