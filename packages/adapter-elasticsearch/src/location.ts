import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  FIELD_PARAMETERS,
  readingOptionsOf,
  readServerLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createElasticsearch } from './elasticsearch.ts';
import { ADAPTER } from './options.ts';

const PARAMETERS = ['prefix', 'region', ...FIELD_PARAMETERS, ...HTTP_PARAMETERS];

/**
 * Opens `elasticsearch://host:9200/docs` or `opensearch://…`, which are one, and `…+https://…` over TLS. Parameters are the options of
 * that name; `region` has requests signed for AWS.
 */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const parsed = parseLocation(location, PARAMETERS);
  const { parameters, query } = parsed;
  const { collection, ...server } = readServerLocation(parsed, {
    adapter: ADAPTER,
    port: 9200,
    example: 'elasticsearch://localhost:9200/docs',
    folder: 'its files cannot be opened without a server',
    slashes: 'behind a gateway, write its path as ?prefix=PATH',
  });
  const region = parameters.get('region');
  return {
    store: createElasticsearch({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      ...server,
      apiKey: options.apiKey,
      ...(region !== undefined && { sign: { service: 'es', region } }),
    }),
    collection,
  };
}
