import { parseLocation, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createChroma } from './chroma.ts';

/** Opens `chroma://host:8000/docs?tenant=t&database=d`, or `chroma+https://…` over TLS. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters } = parseLocation(location, ['tenant', 'database']);
  const [, host = '', collection = ''] = /^\/\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const secure = scheme === 'chroma+https';
  // Chroma's own port where none is given, but never in place of the usual one of https.
  const origin = /:\d+$/.test(host) || secure ? host : `${host || 'localhost'}:8000`;
  return {
    store: createChroma({
      url: `${secure ? 'https' : 'http'}://${origin}`,
      tenant: parameters.get('tenant'),
      database: parameters.get('database'),
      apiKey: options.apiKey,
    }),
    collection: collection === '' ? undefined : decodeURIComponent(collection),
  };
}
