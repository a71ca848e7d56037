import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createFolder } from './folder.ts';
import { onlyCollection } from './recognise.ts';

/** Opens `folder:./storage`, or `folder:./storage?collection=docs` where there are several. */
export function openLocation(location: string): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['collection']);
  return { store: createFolder({ path }), collection: parameters.get('collection') ?? onlyCollection(path) };
}
