import { statSync } from 'node:fs';
import { parseLocation, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createFile } from './file.ts';
import { fileName } from './options.ts';
import { createVdf } from './vdf/vdf.ts';

/** Opens `file:./docs.parquet`, `file:./docs.jsonl`, `file:./directory?collection=docs` or `vdf:./directory?collection=docs`. */
export function openLocation(location: string, { takeOver }: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters } = parseLocation(location, ['collection', 'id', 'document', 'maxLineBytes']);
  const maxLineBytes = parameters.get('maxLineBytes');
  const options = {
    path,
    idColumn: parameters.get('id'),
    documentColumn: parameters.get('document'),
    maxLineBytes: maxLineBytes === undefined ? undefined : Number(maxLineBytes),
    takeOver,
  };
  if (scheme === 'vdf') return { store: createVdf(options), collection: parameters.get('collection') };
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return {
    store: createFile(options),
    collection: parameters.get('collection') ?? (isDirectory ? undefined : fileName(path)?.name),
  };
}
