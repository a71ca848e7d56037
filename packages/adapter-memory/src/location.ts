import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createMemory } from './memory.ts';

/** Opens `memory:name`: an empty store, which ends with the process. */
export function openLocation(location: string): OpenedLocation {
  const { path } = parseLocation(location, []);
  return { store: createMemory({ name: path }), collection: path === '' ? undefined : path };
}
