import { parseLocation, type OpenedLocation } from '@vsm/core/adapter';
import { createPgvector } from './pgvector.ts';

/** Opens `postgresql://user@host:5432/database?table=docs` or `pglite:./folder?table=docs`. */
export function openLocation(location: string): OpenedLocation {
  // Parameters of a connection string that are not ours go on to the driver.
  const [, scheme = ''] = /^([a-z]+):/i.exec(location) ?? [];
  if (scheme.toLowerCase() === 'pglite') {
    const { path, parameters } = parseLocation(location, ['table', 'schema']);
    const store = createPgvector({ dataDir: path === '' ? '.' : path, schema: parameters.get('schema') });
    return { store, collection: parameters.get('table') };
  }
  const url = new URL(location);
  const table = url.searchParams.get('table') ?? undefined;
  const schema = url.searchParams.get('schema') ?? undefined;
  url.searchParams.delete('table');
  url.searchParams.delete('schema');
  return { store: createPgvector({ url: url.href, schema }), collection: table };
}
