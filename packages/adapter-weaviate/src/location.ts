import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readingOptionsOf,
  readServerLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createWeaviate } from './weaviate.ts';

const PARAMETERS = ['prefix', 'document', 'metadata', 'ignore', 'wakeTenants', 'letServerEmbed', ...HTTP_PARAMETERS];

/** Opens `weaviate://host:8080/Article`, or `weaviate+https://…` over TLS. Parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const parsed = parseLocation(location, PARAMETERS);
  const { parameters, query } = parsed;
  const { collection, ...server } = readServerLocation(parsed, {
    adapter: 'weaviate',
    port: 8080,
    example: 'weaviate://localhost:8080/Article',
    folder: 'its files cannot be opened without a server',
    slashes: 'behind a gateway, write its path as ?prefix=PATH',
  });
  return {
    store: createWeaviate({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      ...server,
      apiKey: options.apiKey,
      wakeTenants: parameters.get('wakeTenants') === 'true',
      letServerEmbed: parameters.get('letServerEmbed') === 'true',
    }),
    collection,
  };
}
