import { parseLocation, VsmError, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { createNotes } from './notes.ts';

export { createNotes, type NotesOptions } from './notes.ts';

/** Opens `notes:./app.db?collection=docs`. Without a collection, or with `*`, all of them. There are no keys. */
export function openLocation(location: string, _options: LocationOptions = {}): OpenedLocation {
  const { path, parameters } = parseLocation(location, ['collection']);
  if (path === '' || path.startsWith('//')) {
    throw new VsmError('INVALID_OPTIONS', 'notes: a location names a file, such as notes:./app.db?collection=docs', {
      adapter: 'notes',
    });
  }
  return { store: createNotes({ path }), collection: parameters.get('collection') };
}
