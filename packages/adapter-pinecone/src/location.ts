import {
  HTTP_PARAMETERS,
  httpParameters,
  invalidPath,
  parseLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createPinecone } from './pinecone.ts';

const PARAMETERS = ['namespace', 'host', 'text', 'cloud', 'region', ...HTTP_PARAMETERS];

/** Opens `pinecone:index?namespace=n`. `host` leads to the control plane of a test server, `text` names the key of the document. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, PARAMETERS);
  const store = createPinecone({
    ...httpParameters(parameters),
    apiKey: options.apiKey,
    controllerHost: parameters.get('host'),
    cloud: parameters.get('cloud'),
    region: parameters.get('region'),
    documentKey: parameters.get('text'),
  });
  const namespace = parameters.get('namespace');
  return {
    store,
    collection: indexOf(path),
    ...(namespace !== undefined && { namespaces: [namespace] }),
  };
}

/** @throws VsmError with code `INVALID_OPTIONS` */
function indexOf(path: string): string | undefined {
  if (path === '') return undefined;
  let name: string | undefined;
  try {
    name = decodeURIComponent(path);
  } catch {
    // Said below.
  }
  if (name !== undefined && !/[/:@]/.test(name)) return name;
  throw invalidPath('pinecone', path, 'an index, such as pinecone:my-index', 'a server of your own goes behind ?host=');
}
