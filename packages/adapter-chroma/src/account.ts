import { VsmError } from '@vsm/core/adapter';
import type { ChromaConnection } from './options.ts';
import { createTransport } from './transport.ts';

/** What the server tells about the key. */
interface Identity {
  readonly tenant: string;
  /** Names, or `*` for all that the tenant has. */
  readonly databases: readonly string[];
}

export interface Account {
  /** The given tenant, or the one of the key. */
  tenant(): Promise<string>;
  /** Names of the databases that the key sees. */
  databases(signal?: AbortSignal): Promise<string[]>;
  createDatabase(name: string): Promise<void>;
}

/** Databases that a listing asks for at once. */
const LIST_PAGE = 500;
const ANY = '*';

export function databasePath(tenant: string, database: string): string {
  return `${tenantPath(tenant)}/databases/${encodeURIComponent(database)}/`;
}

function tenantPath(tenant: string): string {
  return `/api/v2/tenants/${encodeURIComponent(tenant)}`;
}

export function accountOf(connection: ChromaConnection): Account {
  const { location } = connection;
  const transport = createTransport(connection, async () => '');
  const identify = async (signal?: AbortSignal): Promise<Identity> => {
    const what = `cannot ask ${location} whose key this is`;
    return JSON.parse(await transport.send('GET', '/api/v2/auth/identity', what, undefined, signal)) as Identity;
  };
  let known = connection.tenant;
  const tenant = async (): Promise<string> => {
    if (known !== undefined) return known;
    const { tenant: told } = await identify();
    if (told === '' || told === ANY) {
      throw new VsmError(
        'INVALID_OPTIONS',
        `chroma: the key of ${location} is for more than one tenant. Name one with "tenant".`,
        {
          adapter: 'chroma',
        },
      );
    }
    known = told;
    return told;
  };
  return {
    tenant,
    async databases(signal) {
      const path = `${tenantPath(await tenant())}/databases`;
      const names: string[] = [];
      try {
        for (;;) {
          const page = `${path}?limit=${LIST_PAGE}&offset=${names.length}`;
          const text = await transport.send('GET', page, `cannot list the databases of ${location}`, undefined, signal);
          const found = (JSON.parse(text) as { readonly name: string }[]).map(({ name }) => name);
          names.push(...found);
          if (found.length < LIST_PAGE) return names.toSorted();
        }
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'UNAUTHORIZED') throw error;
        // A key for some databases may not list them all, and is told its own.
        const { databases } = await identify(signal);
        if (databases.length === 0 || databases.includes(ANY)) throw error;
        return databases.toSorted();
      }
    },
    async createDatabase(name) {
      const what = `cannot create database "${name}" in ${location}`;
      try {
        await transport.send('POST', `${tenantPath(await tenant())}/databases`, what, JSON.stringify({ name }));
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
      }
    },
  };
}
