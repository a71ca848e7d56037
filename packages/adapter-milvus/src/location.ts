import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readingOptionsOf,
  readServerLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createMilvus } from './milvus.ts';

const PARAMETERS = ['database', 'vector', 'document', 'uri', 'metadata', 'ignore', ...HTTP_PARAMETERS];

/** Opens `milvus://host:19530/docs`, or `milvus+https://…` over TLS. Parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const parsed = parseLocation(location, PARAMETERS);
  const { parameters, query } = parsed;
  const { url, collection } = readServerLocation(parsed, {
    adapter: 'milvus',
    port: 19530,
    example: 'milvus://localhost:19530/docs',
    folder: 'its files cannot be opened without a server; `milvus-lite server --data-dir FOLDER` is one',
    slashes: 'name a database as ?database=NAME',
  });
  return {
    store: createMilvus({
      ...httpParameters(parameters),
      ...readingOptionsOf(query),
      url,
      apiKey: options.apiKey,
      database: parameters.get('database'),
    }),
    collection,
  };
}
