import { basename, dirname } from 'node:path';
import { parseLocation, type DisposableStore, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { collectionName, encodeName } from '../file-names.ts';
import type { Medium } from '../medium.ts';
import { mediumOf } from '../medium-of.ts';
import { invalidOptions } from '../errors.ts';
import { checkOptions, type FileOptions } from '../options.ts';
import type { Place } from '../place.ts';
import { isS3, S3_PARAMETERS, withS3Parameters } from '../s3/location.ts';
import { storeOf } from '../store.ts';
import type { ImportForm } from './form.ts';

/** `path` is the folder whose folders are collections: each is a directory that the vendor imports. */
export type ImportOptions = Pick<FileOptions, 'path' | 'metric' | 'takeOver'>;

/** Directories in the form that a vendor imports, on this machine or in a bucket. */
export function createImport(options: ImportOptions, form: ImportForm): DisposableStore {
  const checked = checkOptions(options);
  const { medium, root, location } = mediumOf(checked.path);
  const placeFor = (name: string): Place => ({
    medium,
    name,
    format: 'import',
    form,
    path: medium.below(root, encodeName(name)),
    root,
  });
  return storeOf({
    location: `${form.scheme}:${location}`,
    root,
    medium,
    options: { ...checked, path: location },
    capabilities: form.capabilities,
    async find() {
      const entries = await medium.entries(root);
      const names = new Set(entries.map(({ name }) => name));
      const places: Place[] = [];
      for (const { name, kind } of entries) {
        const place = placeFor(collectionName(name));
        // Ours are made of what their manifests list, which lie there even before the folders do.
        if (kind === 'unfinished') places.push(place);
        else if (kind === 'file' && name.endsWith('.vsm.json'))
          places.push(placeFor(collectionName(name.slice(0, -9))));
        else if (kind === 'folder' && !name.startsWith('.') && !names.has(`${name}.vsm.json`)) {
          const parts = await filesBelow(medium, medium.below(root, name));
          if (parts.length > 0) places.push({ ...place, parts });
        }
      }
      return [...new Map(places.map((place) => [place.name, place])).values()];
    },
    placeFor: async (name) => placeFor(name),
  });
}

/** Opens `scheme:./exports/docs`, whose collection is `docs`, or `scheme:./exports?collection=docs`; both take `s3://…`. */
export function openImportLocation(
  location: string,
  form: ImportForm,
  { takeOver }: LocationOptions = {},
): OpenedLocation {
  const ofS3 = /^[\w-]+:s3:/i.test(location) ? S3_PARAMETERS : [];
  const { path, parameters } = parseLocation(location, ['collection', ...ofS3]);
  const given = parameters.get('collection');
  const directory = path.replace(/(?<=[^/])\/+$/, '');
  if (given === undefined && isS3(directory) && !/^s3:\/\/[^/]+\/./i.test(directory))
    throw invalidOptions(`"${path}" names no directory in a bucket. Write ${form.scheme}:s3://bucket/prefix.`);
  const folder = given === undefined ? dirname(directory) : directory;
  return {
    store: createImport({ path: withS3Parameters(folder, parameters), takeOver }, form),
    collection: given ?? collectionName(basename(directory)),
  };
}

/** Parquet files in the folders of a directory, in order, by their paths in it. */
async function filesBelow(medium: Medium, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of await medium.entries(directory)) {
    if (folder.kind !== 'folder' || folder.name.startsWith('.')) continue;
    for (const { name, kind } of await medium.entries(medium.below(directory, folder.name)))
      if (kind === 'file' && name.endsWith('.parquet')) found.push(`${folder.name}/${name}`);
  }
  return found.toSorted();
}
