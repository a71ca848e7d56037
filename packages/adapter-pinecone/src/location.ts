import { parseLocation, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createPinecone } from './pinecone.ts';

/** Opens `pinecone:index?namespace=n`. `host` leads to the control plane of a test server, `text` names the key of the document. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['namespace', 'host', 'text', 'cloud', 'region']);
  const store = createPinecone({
    apiKey: options.apiKey,
    controllerHost: parameters.get('host'),
    cloud: parameters.get('cloud'),
    region: parameters.get('region'),
    documentKey: parameters.get('text'),
  });
  const namespace = parameters.get('namespace');
  return {
    store,
    collection: path === '' ? undefined : decodeURIComponent(path),
    ...(namespace !== undefined && { namespaces: [namespace] }),
  };
}
