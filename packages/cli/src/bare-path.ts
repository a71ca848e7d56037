import { readdirSync, statSync } from 'node:fs';

const RECORDS = /\.(?:parquet|pq|jsonl|ndjson)(?:\.gz|\.zst)?$/i;
const DATABASE = /\.(?:db|sqlite|sqlite3)$/i;

/**
 * The location of what lies at a path that somebody gave alone, `?collection=…` behind it or not; `undefined` where nothing does. A word
 * without a dot or a slash is not taken for one: it may be meant as a name.
 */
export function locationOfPath(word: string): string | undefined {
  const [path = ''] = word.split('?');
  const found = /[./\\]/.test(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return `${RECORDS.test(path) ? 'file' : DATABASE.test(path) ? 'sqlite' : 'folder'}:${word}`;
  return `${readdirSync(path).some((name) => RECORDS.test(name)) ? 'file' : 'folder'}:${word}`;
}
