import {
  HTTP_PARAMETERS,
  httpParameters,
  invalidPath,
  parseLocation,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { readOptions } from './options.ts';
import { createUpstash } from './upstash.ts';

const PARAMETERS = ['namespace', 'url', 'email', 'controller', 'region', 'plan', 'sparseName', ...HTTP_PARAMETERS];

/**
 * Opens `upstash:my-index?namespace=n` of the account in the environment, or `upstash://my-index-eu1-vector.upstash.io`, the index at that
 * host. `url` leads to an index at another address.
 */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, PARAMETERS);
  const [, host] = /^\/\/([^/@\s]+)\/?$/.exec(path) ?? [];
  if (host === undefined && !/^(?:[A-Za-z0-9_-]{1,64}|\*|)$/.test(path)) {
    throw invalidPath(
      'upstash',
      path,
      'an index or its host, such as upstash:my-index or upstash://my-index-eu1-vector.upstash.io',
    );
  }
  const url = host === undefined ? parameters.get('url') : `https://${host}`;
  const given = {
    ...httpParameters(parameters),
    url,
    // One key from the command line is that of what is named.
    ...(url === undefined ? { apiKey: options.apiKey } : { token: options.apiKey }),
    email: parameters.get('email'),
    controller: parameters.get('controller'),
    region: parameters.get('region'),
    plan: parameters.get('plan'),
    sparseName: parameters.get('sparseName'),
  };
  const only = readOptions(given).index?.name;
  const namespace = parameters.get('namespace');
  return {
    store: createUpstash(given),
    collection: only !== undefined && (host !== undefined || path === '') ? only : path === '' ? undefined : path,
    ...(namespace !== undefined && { namespaces: [namespace] }),
  };
}
