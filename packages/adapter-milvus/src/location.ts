import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readingOptionsOf,
  readServerPath,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createMilvus } from './milvus.ts';

const PARAMETERS = ['database', 'vector', 'document', 'uri', 'metadata', 'ignore', ...HTTP_PARAMETERS];

/** Opens `milvus://host:19530/docs`, or `milvus+https://…` over TLS. Parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters, query } = parseLocation(location, PARAMETERS);
  const { authority, collection } = readServerPath(path, {
    adapter: 'milvus',
    example: 'milvus://localhost:19530/docs',
    folder: 'its files cannot be opened without a server; `milvus-lite server --data-dir FOLDER` is one',
    slashes: 'name a database as ?database=NAME',
  });
  const secure = scheme === 'milvus+https';
  // Milvus' own port where none is given, but never in place of the usual one of https.
  const host = /:\d+$/.test(authority) || secure ? authority : `${authority}:19530`;
  return {
    store: createMilvus({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      url: `${secure ? 'https' : 'http'}://${host}`,
      apiKey: options.apiKey,
      database: parameters.get('database'),
    }),
    collection,
  };
}
