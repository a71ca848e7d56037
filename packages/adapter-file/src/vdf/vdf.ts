import type { DisposableStore } from '@vsm/core/adapter';
import { invalidOptions } from '../errors.ts';
import { collectionName, encodeName } from '../file-names.ts';
import { mediumOf } from '../medium-of.ts';
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
  const { medium, root, location } = mediumOf(checked.path);
  const placeFor = (name: string): Place => ({
    medium,
    name,
    format: 'vdf',
    path: medium.below(root, encodeName(name)),
    root,
  });
  return storeOf({
    location: `vdf:${location}`,
    root,
    medium,
    options: { ...checked, path: location },
    async find() {
      const entries = await medium.entries(root);
      const meta = await readMeta(medium, medium.below(root, 'VDF_META.json'));
      const unfinished = entries.flatMap(({ name, kind }) => (kind === 'unfinished' ? [collectionName(name)] : []));
      return [...new Set([...Object.keys(meta?.indexes ?? {}), ...unfinished])].map(placeFor);
    },
    async placeFor(name) {
      return placeFor(name);
    },
  });
}
