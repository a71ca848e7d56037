import { checkList, checkObject, checkText, EndingList, VsmError } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { ChromaConnection } from './options.ts';

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

export function accountOf(client: Client, connection: ChromaConnection): Account {
  const { location } = connection;
  const place = client.at(location, async () => '');
  const identify = (signal?: AbortSignal): Promise<Identity> =>
    place.ask({ method: 'GET', path: '/api/v2/auth/identity', action: 'ask whose key this is', signal }, readIdentity);
  let known = connection.tenant;
  const tenant = async (): Promise<string> => {
    if (known !== undefined) return known;
    const { tenant: told } = await identify();
    if (told === '' || told === ANY) {
      const message = `chroma: the key of ${location} is for more than one tenant. Name one with "tenant".`;
      throw new VsmError('INVALID_OPTIONS', message, { adapter: 'chroma' });
    }
    known = told;
    return told;
  };
  return {
    tenant,
    async databases(signal) {
      const path = `${tenantPath(await tenant())}/databases`;
      const names = new EndingList('the list of databases');
      try {
        for (let offset = 0; ;) {
          const page = {
            path: `${path}?limit=${LIST_PAGE}&offset=${offset}`,
            action: 'list databases',
            signal,
          } as const;
          const found = await place.ask({ ...page, method: 'GET' }, (value) => {
            const some = namesIn(checkList(value, 'the list of databases', LIST_PAGE));
            names.add(some);
            return some.length;
          });
          if (found < LIST_PAGE) return names.values.toSorted();
          offset += found;
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
      const path = `${tenantPath(await tenant())}/databases`;
      const request = {
        method: 'POST',
        path,
        action: `create database "${name}"`,
        body: JSON.stringify({ name }),
      } as const;
      try {
        await place.ask(request, () => undefined);
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
      }
    },
  };
}

function readIdentity(value: unknown): Identity {
  const { tenant, databases } = checkObject(value, 'the identity');
  return {
    tenant: checkText(tenant, 'the tenant of the key'),
    databases: checkList(databases, 'the databases of the key').map((name) => checkText(name, 'a database')),
  };
}

function namesIn(list: readonly unknown[]): string[] {
  return list.map((one) => checkText(checkObject(one, 'a database')['name'], 'the name of a database'));
}
