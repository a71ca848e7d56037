import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  READING_PARAMETERS,
  readingOptionsOf,
  readServerPath,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createElasticsearch } from './elasticsearch.ts';
import { ADAPTER } from './options.ts';

const FIELDS = READING_PARAMETERS.filter((name) => name !== 'id' && name !== 'namespace');
const PARAMETERS = ['prefix', 'region', ...FIELDS, ...HTTP_PARAMETERS];

/**
 * Opens `elasticsearch://host:9200/docs` or `opensearch://…`, which are one, and `…+https://…` over TLS. Parameters are the options of
 * that name; `region` has requests signed for AWS.
 */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters, query } = parseLocation(location, PARAMETERS);
  const { authority, collection } = readServerPath(path, {
    adapter: ADAPTER,
    example: 'elasticsearch://localhost:9200/docs',
    folder: 'its files cannot be opened without a server',
    slashes: 'behind a gateway, write its path as ?prefix=PATH',
  });
  const secure = scheme.endsWith('+https');
  // The servers' own port where none is given, but never in place of the usual one of https.
  const host = /:\d+$/.test(authority) || secure ? authority : `${authority}:9200`;
  const region = parameters.get('region');
  return {
    store: createElasticsearch({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      url: `${secure ? 'https' : 'http'}://${host}`,
      prefix: parameters.get('prefix'),
      apiKey: options.apiKey,
      ...(region !== undefined && { sign: { service: 'es', region } }),
    }),
    collection,
  };
}
