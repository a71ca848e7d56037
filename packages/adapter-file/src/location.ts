import { statSync } from 'node:fs';
import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createFile } from './file.ts';
import { fileName } from './options.ts';

/** Opens `file:./docs.parquet` or `file:./docs.jsonl`; a directory is a store whose collections are its files. */
export function openLocation(location: string): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['collection', 'id', 'document']);
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return {
    store: createFile({ path, idColumn: parameters.get('id'), documentColumn: parameters.get('document') }),
    collection: parameters.get('collection') ?? (isDirectory ? undefined : fileName(path)?.name),
  };
}
