import { parseLocation, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createQdrant } from './qdrant.ts';

/** Opens `qdrant://host:6333/docs`, or `qdrant+https://…` over TLS. `prefix` and `document` are those of the options. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters } = parseLocation(location, ['prefix', 'document']);
  const [, host = '', collection = ''] = /^\/\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const store = createQdrant({
    url: `${scheme === 'qdrant+https' ? 'https' : 'http'}://${host || 'localhost'}`,
    prefix: parameters.get('prefix'),
    documentKey: parameters.get('document'),
    apiKey: options.apiKey,
  });
  return { store, collection: collection === '' ? undefined : decodeURIComponent(collection) };
}
