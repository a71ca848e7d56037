import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readServerPath,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createChroma } from './chroma.ts';
import { ALL_DATABASES } from './options.ts';

const PARAMETERS = ['tenant', 'database', 'prefix', ...HTTP_PARAMETERS];

/** Opens `chroma://host:8000/docs?tenant=t&database=d`, or `chroma+https://…` over TLS. Other parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters } = parseLocation(location, PARAMETERS);
  const all = parameters.get('database') === ALL_DATABASES || /^\/\/([^/]*@)?api\.trychroma\.com\//.test(path);
  const { authority, collection } = readServerPath(path, {
    adapter: 'chroma',
    example: 'chroma://localhost:8000/docs',
    folder: 'for a folder, start a server first: chroma run --path FOLDER',
    slashes: all
      ? undefined
      : 'behind a gateway, write its path as ?prefix=PATH, and with ?database=* a collection is called database/collection',
  });
  const secure = scheme === 'chroma+https';
  // Chroma's own port where none is given, but never in place of the usual one of https.
  const host = /:\d+$/.test(authority) || secure ? authority : `${authority}:8000`;
  return {
    store: createChroma({
      ...httpParameters(parameters),
      url: `${secure ? 'https' : 'http'}://${host}`,
      prefix: parameters.get('prefix'),
      tenant: parameters.get('tenant'),
      database: parameters.get('database'),
      apiKey: options.apiKey,
    }),
    collection,
  };
}
