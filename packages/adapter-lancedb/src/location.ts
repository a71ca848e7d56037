import {
  parseLocation,
  READING_PARAMETERS,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createLanceDb } from './lancedb.ts';

/** Opens `lancedb:./directory?table=docs`, with `id=…&vector=…` and so on for a table that others made. */
export function openLocation(location: string, { takeOver }: LocationOptions = {}): OpenedLocation {
  const { path, parameters, query } = parseLocation(location, ['table', ...READING_PARAMETERS]);
  const { uri: uriField, ...reading } = readingOptionsOf(query);
  const store = createLanceDb({ uri: path, uriField, ...reading, takeOver });
  return { store, collection: parameters.get('table') };
}
