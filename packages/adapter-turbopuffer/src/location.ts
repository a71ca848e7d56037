import {
  HTTP_PARAMETERS,
  httpParameters,
  invalidOption,
  parseLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createTurbopuffer } from './turbopuffer.ts';

const PARAMETERS = ['region', 'url', 'document', 'metadata', 'ignore', ...HTTP_PARAMETERS];

/** Opens `turbopuffer:namespace?region=gcp-us-central1`. `url` leads to a server of another address. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, PARAMETERS);
  const list = (name: string): readonly string[] | undefined => parameters.get(name)?.split(',');
  return {
    store: createTurbopuffer({
      ...httpParameters(parameters),
      apiKey: options.apiKey,
      region: parameters.get('region'),
      url: parameters.get('url'),
      document: parameters.get('document'),
      metadata: list('metadata'),
      ignore: list('ignore'),
    }),
    collection: namespaceOf(path),
  };
}

/** @throws VsmError with code `INVALID_OPTIONS` */
function namespaceOf(path: string): string | undefined {
  if (path === '') return undefined;
  if (/^(?:[A-Za-z0-9\-_.]{1,128}|\*)$/.test(path)) return path;
  throw invalidOption(
    'turbopuffer',
    `a location names a namespace, such as turbopuffer:docs?region=gcp-us-central1, but has ${JSON.stringify(path.replace(/\/\/.*@/s, '//***@'))}; a server of another address goes behind ?url=`,
  );
}
