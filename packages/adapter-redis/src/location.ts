import {
  decodePart,
  HTTP_PARAMETERS,
  httpParameters,
  parseLocation,
  FIELD_PARAMETERS,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { nameOfPrefix } from './keys.ts';
import type { RedisOptions } from './options.ts';
import { createRedis } from './redis.ts';

const PARAMETERS = ['prefix', 'container', 'index', 'expires', ...HTTP_PARAMETERS, ...FIELD_PARAMETERS];

/** Opens `redis://host:6379/docs`, `rediss://host/2/docs` in database 2, and `redis://host?prefix=doc:`. */
export function openLocation(location: string, { apiKey }: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters, query } = parseLocation(location, PARAMETERS);
  const { authority, db, collection } = splitPath(path);
  const prefix = parameters.get('prefix');
  const isNamed = authority !== '' || db !== undefined;
  const store = createRedis({
    ...(isNamed && { url: `${scheme}://${authority === '' ? 'localhost' : authority}/${db ?? ''}` }),
    password: apiKey,
    prefix,
    container: parameters.get('container'),
    // own check: readOptions
    index: parameters.get('index') as RedisOptions['index'],
    expires: parameters.get('expires'),
    ...httpParameters(parameters),
    ...readingOptionsOf(query),
  });
  return { store, collection: collection ?? (prefix === undefined ? undefined : nameOfPrefix(prefix)) };
}

/** `//host/2/docs`, where a number alone is that of the database. */
function splitPath(path: string): { authority: string; db: string | undefined; collection: string | undefined } {
  const [, authority = '', rest = path] = /^\/\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const [, db, name = db === undefined ? rest : ''] = /^(\d+)(?:\/(.*))?$/s.exec(rest) ?? [];
  const collection = name === '' ? undefined : decodePart('redis', 'the name of the collection', name);
  return { authority, db, collection };
}
