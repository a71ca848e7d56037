import { statSync } from 'node:fs';
import {
  parseLocation,
  READING_PARAMETERS,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { openBackupLocation } from './backup/store.ts';
import { createFile } from './file.ts';
import { fileName, isOfOthers, otherFile } from './options.ts';
import { isS3, withS3Parameters, S3_PARAMETERS } from './s3/location.ts';
import { createVdf } from './vdf/vdf.ts';

/** Opens `file:./docs.parquet`, `file:./docs.jsonl`, `file:./directory?collection=docs` or `vdf:./directory?collection=docs`, each with `id=…&vector=…` and so on; and `backup:./folder`. */
export function openLocation(location: string, { takeOver }: LocationOptions = {}): OpenedLocation {
  if (/^backup:/i.test(location)) return openBackupLocation(location);
  const ofS3 = /^\w+:s3:/i.test(location) ? S3_PARAMETERS : [];
  const known = ['collection', 'maxLineBytes', ...READING_PARAMETERS, ...ofS3];
  const { scheme, path, parameters, query } = parseLocation(location, known);
  const maxLineBytes = parameters.get('maxLineBytes');
  const options = {
    path: withS3Parameters(path, parameters),
    ...readingOptionsOf(query),
    maxLineBytes: maxLineBytes === undefined ? undefined : Number(maxLineBytes),
    takeOver,
  };
  if (scheme === 'vdf') return { store: createVdf(options), collection: parameters.get('collection') };
  const found = isS3(path) ? undefined : statSync(path, { throwIfNoEntry: false });
  const isDirectory = found?.isDirectory() ?? false;
  const collection = parameters.get('collection') ?? (isDirectory ? undefined : fileName(path)?.name);
  if (collection === undefined && !isDirectory && (found !== undefined || isOfOthers(path))) throw otherFile(path);
  return { store: createFile(options), collection };
}
