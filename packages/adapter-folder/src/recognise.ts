import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Kind } from './content.ts';
import { folderError, toVsmError } from './errors.ts';
import { KINDS } from './kinds.ts';

interface Recognised {
  readonly kind: Kind;
  readonly files: ReadonlySet<string>;
}

/** @throws VsmError where nothing is there, or nothing that is known */
export function recognise(path: string): Recognised {
  const files = filesOf(path);
  const kind = KINDS.find(({ recognises }) => recognises(files, path));
  if (kind !== undefined) return { kind, files };
  const known = KINDS.map(({ name }) => name).join(', ');
  throw folderError(
    'NOT_FOUND',
    `what lies in ${path} is not recognised. Known are ${known}. Files of Parquet, JSON Lines or VDF are opened with file: or vdf:, SQLite with sqlite:, LanceDB with lancedb:.`,
  );
}

/** The one collection of a place that has one; `undefined` for every other place. */
export function onlyCollection(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const files = filesOf(path);
  return KINDS.find(({ recognises }) => recognises(files, path))?.only?.(files, path);
}

function filesOf(path: string): ReadonlySet<string> {
  try {
    return new Set(statSync(path).isDirectory() ? readdirSync(path) : [basename(path)]);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw toVsmError(cause, path);
    throw folderError('NOT_FOUND', `there is no ${path}. Check the path.`, cause);
  }
}
