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
import { createMongodb } from './mongodb.ts';

const PARAMETERS: readonly string[] = ['container', ...HTTP_PARAMETERS, ...FIELD_PARAMETERS];

/** Opens `mongodb://user@host,host/db/collection` and `mongodb+srv://…`; what is no parameter of ours is one of MongoDB's. */
export function openLocation(location: string, { apiKey }: LocationOptions = {}): OpenedLocation {
  // MongoDB knows its own parameters, and refuses others by name.
  const names = new URLSearchParams(/\?(.*)$/s.exec(location)?.[1] ?? '').keys();
  const { scheme, path, parameters, query } = parseLocation(location, [...PARAMETERS, ...names]);
  const theirs = [...query].filter(([name]) => !PARAMETERS.includes(name));
  const { authority, database, collection } = splitPath(path);
  const isNamed = authority !== '' || database !== '';
  const search = theirs.length === 0 ? '' : `?${new URLSearchParams(theirs).toString()}`;
  const store = createMongodb({
    ...(isNamed && { url: `${scheme}://${authority === '' ? 'localhost' : authority}/${database}${search}` }),
    password: apiKey,
    container: parameters.get('container'),
    ...httpParameters(parameters),
    ...readingOptionsOf(query),
  });
  return { store, collection };
}

function splitPath(path: string): { authority: string; database: string; collection: string | undefined } {
  const [, authority = '', database = '', name = ''] = /^\/\/([^/]*)(?:\/([^/]*)(?:\/(.*))?)?$/s.exec(path) ?? [];
  const collection = name === '' ? undefined : decodePart('mongodb', 'the name of the collection', name);
  return { authority, database, collection };
}
