import { parseLocation, VsmError, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createAcme } from './acme.ts';

/** Opens `acme://host:port/collection` for the command line; `*` means all collections. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const [, host, collection] = /^\/\/([^/@]+)\/?([^/]*)$/.exec(parseLocation(location, []).path) ?? [];
  if (host === undefined) {
    // The location is not repeated: it may hold a password.
    throw new VsmError('INVALID_OPTIONS', 'acme: a location looks like acme://localhost:1234/docs', {
      adapter: 'acme',
    });
  }
  return {
    store: createAcme({ url: `http://${host}`, apiKey: options.apiKey }),
    collection: collection === undefined || collection === '' ? undefined : decodeURIComponent(collection),
  };
}
