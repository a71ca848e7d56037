import { parseLocation, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createLanceDb } from './lancedb.ts';

/** Opens `lancedb:./directory?table=docs`. */
export function openLocation(location: string, { takeOver }: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['table', 'id', 'document', 'namespace']);
  const store = createLanceDb({
    uri: path,
    idColumn: parameters.get('id'),
    documentColumn: parameters.get('document'),
    namespaceColumn: parameters.get('namespace'),
    takeOver,
  });
  return { store, collection: parameters.get('table') };
}
