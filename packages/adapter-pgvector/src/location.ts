import { parseLocation, READING_PARAMETERS, readingOptionsOf, VsmError, type OpenedLocation } from '@vsm/core/adapter';
import { takeParameters } from './connection-url.ts';
import { createPgvector } from './pgvector.ts';

const OWN_PARAMETERS = ['table', 'schema', 'rows', 'container', ...READING_PARAMETERS] as const;

/** Opens `postgresql://user@host:5432/database?table=docs` or `pglite:./folder?table=docs`; the table may be `schema.table`. */
export function openLocation(location: string): OpenedLocation {
  const [, scheme = ''] = /^([a-z]+):/i.exec(location) ?? [];
  if (scheme.toLowerCase() === 'pglite') {
    const { path, query } = parseLocation(location, OWN_PARAMETERS);
    return openPlace({ dataDir: path === '' ? '.' : path }, query);
  }
  // Parameters of a connection string that are not ours go on to the driver.
  const { url, taken } = takeParameters(location, OWN_PARAMETERS);
  return openPlace({ url }, taken);
}

function openPlace(
  place: { readonly url: string } | { readonly dataDir: string },
  parameters: URLSearchParams,
): OpenedLocation {
  const rows = parameters.get('rows') ?? undefined;
  if (rows !== undefined && rows !== 'visible') {
    throw new VsmError('INVALID_OPTIONS', `pgvector: there is no rows=${rows}, only rows=visible`, {
      adapter: 'pgvector',
    });
  }
  const named = parameters.get('table') ?? undefined;
  const { schema, table } = splitName(named, parameters.get('schema') ?? undefined);
  const container = parameters.get('container') ?? undefined;
  const choices = { ...readingOptionsOf(parameters), container };
  return {
    store: createPgvector({ ...place, ...choices, schema, visibleRowsOnly: rows === 'visible' }),
    collection: table,
  };
}

/** `app.docs` and `"my app"."my.docs"` as SQL means them, unless the schema is given beside the table, which then is a name as it is. */
function splitName(
  name: string | undefined,
  schema: string | undefined,
): { readonly schema: string | undefined; readonly table: string | undefined } {
  if (name === undefined || schema !== undefined) return { schema, table: name };
  const [, first, second] = /^("(?:[^"]|"")+"|[^".]+)(?:\.("(?:[^"]|"")+"|[^".]+))?$/.exec(name) ?? [];
  if (first === undefined) return { schema, table: name };
  if (second === undefined) return { schema, table: unquoted(first) };
  return { schema: unquoted(first), table: unquoted(second) };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
