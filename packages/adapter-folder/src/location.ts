import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createFolder } from './folder.ts';

/** Opens `folder:./storage`, or `folder:./storage?collection=docs`. */
export function openLocation(location: string): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['collection']);
  return { store: createFolder({ path }), collection: parameters.get('collection') };
}
