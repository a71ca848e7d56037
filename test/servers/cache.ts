import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of servers that were got once: it is there when this returns. */
export function serverCache(): string {
  const cache = process.env['VSM_CACHE_DIR'] ?? join(homedir(), '.cache', 'vsm', 'servers');
  mkdirSync(cache, { recursive: true });
  return cache;
}
