import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readServerPath,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createWeaviate } from './weaviate.ts';

const PARAMETERS = ['prefix', 'document', 'metadata', 'ignore', 'wakeTenants', 'letServerEmbed', ...HTTP_PARAMETERS];

/** Opens `weaviate://host:8080/Article`, or `weaviate+https://…` over TLS. Parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters } = parseLocation(location, PARAMETERS);
  const { authority, collection } = readServerPath(path, {
    adapter: 'weaviate',
    example: 'weaviate://localhost:8080/Article',
    folder: 'its files cannot be opened without a server',
    slashes: 'behind a gateway, write its path as ?prefix=PATH',
  });
  const secure = scheme === 'weaviate+https';
  // Weaviate's own port where none is given, but never in place of the usual one of https.
  const host = /:\d+$/.test(authority) || secure ? authority : `${authority}:8080`;
  const list = (name: string): readonly string[] | undefined => parameters.get(name)?.split(',');
  return {
    store: createWeaviate({
      ...httpParameters(parameters),
      url: `${secure ? 'https' : 'http'}://${host}`,
      prefix: parameters.get('prefix'),
      apiKey: options.apiKey,
      document: parameters.get('document'),
      metadata: list('metadata'),
      ignore: list('ignore'),
      wakeTenants: parameters.get('wakeTenants') === 'true',
      letServerEmbed: parameters.get('letServerEmbed') === 'true',
    }),
    collection,
  };
}
