import {
  HTTP_PARAMETERS,
  httpParameters,
  invalidPath,
  parseLocation,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createTurbopuffer } from './turbopuffer.ts';

const PARAMETERS = ['region', 'url', 'document', 'metadata', 'ignore', ...HTTP_PARAMETERS];

/** Opens `turbopuffer:namespace?region=gcp-us-central1`. `url` leads to a server of another address. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters, query } = parseLocation(location, PARAMETERS);
  return {
    store: createTurbopuffer({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      apiKey: options.apiKey,
      region: parameters.get('region'),
      url: parameters.get('url'),
    }),
    collection: namespaceOf(path),
  };
}

/** @throws VsmError with code `INVALID_OPTIONS` */
function namespaceOf(path: string): string | undefined {
  if (path === '') return undefined;
  if (/^(?:[A-Za-z0-9\-_.]{1,128}|\*)$/.test(path)) return path;
  throw invalidPath(
    'turbopuffer',
    path,
    'a namespace, such as turbopuffer:docs?region=gcp-us-central1',
    'a server of another address goes behind ?url=',
  );
}
