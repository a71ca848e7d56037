import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DisposableStore } from '@vsm/core/adapter';
import { invalidOptions, toVsmError } from '../errors.ts';
import { collectionName, encodeName } from '../file-names.ts';
import { journalOwner } from '../journal.ts';
import { checkOptions, type FileOptions } from '../options.ts';
import type { Place } from '../place.ts';
import { storeOf } from '../store.ts';
import { readMeta } from './vdf-meta.ts';

/** `path` is the directory that holds, or will hold, `VDF_META.json`. */
export type VdfOptions = Omit<FileOptions, 'format'>;

/** The indexes of a Vector Dataset Format directory, as the Python tool vector-io writes and reads it. */
export function createVdf(options: VdfOptions): DisposableStore {
  const checked = checkOptions(options);
  if (checked.format !== undefined)
    throw invalidOptions('a VDF directory is always Parquet: leave out the option "format"');
  const root = resolve(checked.path);
  const placeFor = (name: string): Place => ({ name, format: 'vdf', path: join(root, encodeName(name)), root });
  return storeOf({
    location: `vdf:${root}`,
    root,
    options: { ...checked, path: root },
    async find() {
      const entries = await readdir(root).catch((cause: unknown) => {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
        throw toVsmError(cause, `read ${root}`);
      });
      const meta = await readMeta(join(root, 'VDF_META.json'));
      const unfinished = entries.flatMap((entry) => journalOwner(entry) ?? []).map(collectionName);
      return [...new Set([...Object.keys(meta?.indexes ?? {}), ...unfinished])].map(placeFor);
    },
    async placeFor(name) {
      return placeFor(name);
    },
  });
}
