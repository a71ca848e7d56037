import {
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  readServerLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createQdrant } from './qdrant.ts';

const PARAMETERS = ['prefix', 'document', 'grpcPort', ...HTTP_PARAMETERS];

/** Opens `qdrant://host:6333/docs`, or `qdrant+https://…` over TLS. `document` is `documentKey`, other parameters are the options of that name. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const parsed = parseLocation(location, PARAMETERS);
  const { parameters } = parsed;
  const { url, collection } = readServerLocation(parsed, {
    adapter: 'qdrant',
    example: 'qdrant://localhost:6333/docs',
    folder: 'for a folder, start a server on it first: Qdrant keeps its files to itself',
    slashes: 'behind a gateway, write its path as ?prefix=PATH',
  });
  const grpcPort = parameters.get('grpcPort');
  const store = createQdrant({
    ...httpParameters(parameters),
    url,
    prefix: parameters.get('prefix'),
    grpcPort: grpcPort === undefined ? undefined : grpcPort !== 'false' && Number(grpcPort),
    documentKey: parameters.get('document'),
    apiKey: options.apiKey,
  });
  return { store, collection };
}
