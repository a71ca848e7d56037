import { setOwn } from '@vsm/core/adapter';
import { existsSync } from 'node:fs';
import type { Client, Row, SqlValue } from './client.ts';
import { sqliteError, toVsmError } from './errors.ts';
import { claim } from './one-engine.ts';

/** What is needed of a client made by `createClient` of `@libsql/client` with `intMode: 'bigint'`. */
export interface LibsqlClient {
  execute(statement: { sql: string; args: (null | bigint | number | string | Uint8Array)[] }): Promise<{
    readonly rows: readonly unknown[];
  }>;
  /** Where it is there, it is called after a failure in a file: a statement that failed keeps its connection from ever committing. */
  reconnect?(): void | Promise<void>;
  batch(
    statements: { sql: string; args: (null | bigint | number | string | Uint8Array)[] }[],
    mode: 'write',
  ): Promise<unknown>;
  close(): void;
}

/** How long a locked file is waited for; then core waits, without blocking this process. */
const BUSY_MS = 1000;

type Place =
  | { readonly client: LibsqlClient }
  | { readonly path: string }
  | { readonly url: string; readonly authToken: string | undefined };

/** libSQL, in a file or behind a URL. It connects at the first call. */
export function openLibsql(place: Place): Client {
  let opening: Promise<LibsqlClient> | undefined;
  let release: (() => void) | undefined;
  const open = async (): Promise<LibsqlClient> => {
    if ('path' in place) release ??= claim(place.path, 'libsql');
    const current = (opening ??= connect(place));
    try {
      return await current;
    } catch (cause) {
      // What could not be opened now may be so next time.
      if (opening === current) opening = undefined;
      throw cause;
    }
  };
  return {
    engine: 'libsql',
    exists: () => !('path' in place) || existsSync(place.path),
    hasVec: async () => false,
    async read(what, sql, parameters = []) {
      try {
        const { rows } = await (await open()).execute({ sql, args: [...parameters] });
        return rows.map((row) => withBytes(row as Record<string, SqlValue | ArrayBuffer>));
      } catch (cause) {
        throw toVsmError(what, cause, 'path' in place ? place.path : undefined);
      }
    },
    async write(what, statements) {
      try {
        await (
          await open()
        ).batch(
          statements.map(({ sql, parameters }) => ({ sql, args: [...parameters] })),
          'write',
        );
      } catch (cause) {
        if ('path' in place) await (await opening)?.reconnect?.();
        throw toVsmError(what, cause, 'path' in place ? place.path : undefined);
      }
    },
    async close() {
      const client = await opening?.catch(() => undefined);
      if (!('client' in place)) client?.close();
      release?.();
      release = undefined;
    },
  };
}

async function connect(place: Place): Promise<LibsqlClient> {
  if ('client' in place) {
    const { rows } = await place.client.execute({ sql: 'SELECT 1 AS one', args: [] });
    if (typeof (rows[0] as { one: unknown }).one === 'bigint') return place.client;
    throw sqliteError(
      'INVALID_OPTIONS',
      'the client rounds integers: make it with createClient({ intMode: "bigint" })',
    );
  }
  const { createClient } = await import('@libsql/client').catch((cause: unknown) => {
    throw sqliteError('INVALID_OPTIONS', 'libSQL needs its client: npm install @libsql/client', cause);
  });
  const url = 'path' in place ? `file:${place.path}` : place.url;
  const authToken = 'path' in place ? undefined : place.authToken;
  return createClient({ url, intMode: 'bigint', timeout: BUSY_MS, ...(authToken !== undefined && { authToken }) });
}

function withBytes(row: Record<string, SqlValue | ArrayBuffer>): Row {
  const copy: Record<string, SqlValue> = {};
  for (const name in row) {
    const value = row[name] ?? null;
    setOwn(copy, name, value instanceof ArrayBuffer ? new Uint8Array(value) : value);
  }
  return copy;
}
