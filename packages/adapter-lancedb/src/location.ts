import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createLanceDb } from './lancedb.ts';

/** Opens `lancedb:./directory?table=docs`. */
export function openLocation(location: string): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['table', 'id', 'document', 'namespace']);
  const store = createLanceDb({
    uri: path,
    idColumn: parameters.get('id'),
    documentColumn: parameters.get('document'),
    namespaceColumn: parameters.get('namespace'),
  });
  return { store, collection: parameters.get('table') };
}
