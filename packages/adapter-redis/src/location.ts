import {
  invalidOption,
  parseLocation,
  READING_PARAMETERS,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { nameOfPrefix } from './keys.ts';
import type { RedisOptions } from './options.ts';
import { createRedis } from './redis.ts';

const PARAMETERS = [
  'prefix',
  'container',
  'index',
  'expires',
  'caFile',
  'timeoutMs',
  ...READING_PARAMETERS.filter((name) => name !== 'id' && name !== 'namespace'),
];

/** Opens `redis://host:6379/docs`, `rediss://host/2/docs` in database 2, and `redis://host?prefix=doc:`. */
export function openLocation(location: string, { apiKey }: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters, query } = parseLocation(location, PARAMETERS);
  const { authority, db, collection } = splitPath(path);
  const prefix = parameters.get('prefix');
  const timeout = parameters.get('timeoutMs');
  const isNamed = authority !== '' || db !== undefined;
  const store = createRedis({
    ...(isNamed && { url: `${scheme}://${authority === '' ? 'localhost' : authority}/${db ?? ''}` }),
    password: apiKey,
    prefix,
    container: parameters.get('container'),
    // own check: readOptions
    index: parameters.get('index') as RedisOptions['index'],
    expires: parameters.get('expires'),
    caFile: parameters.get('caFile'),
    timeoutMs: timeout === undefined ? undefined : Number(timeout),
    ...readingOptionsOf(query),
  });
  return { store, collection: collection ?? (prefix === undefined ? undefined : nameOfPrefix(prefix)) };
}

/** `//host/2/docs`, where a number alone is that of the database. */
function splitPath(path: string): { authority: string; db: string | undefined; collection: string | undefined } {
  const [, authority = '', rest = path] = /^\/\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const [, db, name = db === undefined ? rest : ''] = /^(\d+)(?:\/(.*))?$/s.exec(rest) ?? [];
  try {
    return { authority, db, collection: name === '' ? undefined : decodeURIComponent(name) };
  } catch (cause) {
    throw invalidOption('redis', 'the name of the collection has a % that begins no escape', cause);
  }
}
