import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readServerLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createChroma } from './chroma.ts';
import { ALL_DATABASES } from './options.ts';

const PARAMETERS = ['tenant', 'database', 'prefix', ...HTTP_PARAMETERS];

/** Opens `chroma://host:8000/docs?tenant=t&database=d`, or `chroma+https://…` over TLS. Other parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const parsed = parseLocation(location, PARAMETERS);
  const { path, parameters } = parsed;
  const all = parameters.get('database') === ALL_DATABASES || /^\/\/([^/]*@)?api\.trychroma\.com\//.test(path);
  const { url, collection } = readServerLocation(parsed, {
    adapter: 'chroma',
    port: 8000,
    example: 'chroma://localhost:8000/docs',
    folder: 'a folder of the embedded client is folder:FOLDER',
    slashes: all
      ? undefined
      : 'behind a gateway, write its path as ?prefix=PATH, and with ?database=* a collection is called database/collection',
  });
  return {
    store: createChroma({
      ...httpParameters(parameters),
      url,
      prefix: parameters.get('prefix'),
      tenant: parameters.get('tenant'),
      database: parameters.get('database'),
      apiKey: options.apiKey,
    }),
    collection,
  };
}
