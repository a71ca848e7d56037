import { checkList, checkObject, checkText, UnsupportedError } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { namespaceOf, tenantOf } from './names.ts';

interface Tenant {
  readonly name: string;
  readonly state: string;
}

/** The tenants of one class. A class without has one place for all, called `''` here. */
export interface Tenants {
  /** Those of this namespace, or all, ready to be read, in the order of their names; none where there is no such tenant. */
  readable(namespace: string | undefined, signal?: AbortSignal): Promise<readonly string[]>;
  /** Those that can be read as they are. */
  active(signal?: AbortSignal): Promise<readonly string[]>;
  /** Makes those that are not there, and wakes those that may be. */
  prepare(tenants: ReadonlySet<string>, signal?: AbortSignal): Promise<void>;
  list(signal?: AbortSignal): Promise<string[]>;
  /** Puts back those that were woken. */
  restore(): Promise<void>;
}

const HOT = new Set(['HOT', 'ACTIVE']);
const COLD = new Set(['COLD', 'INACTIVE']);
/** In one request. */
const MOST = 100;

export function createTenants(client: Client, className: string, multiTenant: boolean, mayWake: boolean): Tenants {
  const path = `schema/${className}/tenants`;
  const woken = new Set<string>();
  const known = new Set<string>();

  const list = (signal?: AbortSignal): Promise<Tenant[]> =>
    client.ask({ method: 'GET', path, action: `list the tenants of "${className}"`, signal }, (value) =>
      checkList(value ?? [], 'the tenants').map((one) => {
        const { name, activityStatus = 'HOT' } = checkObject(one, 'a tenant');
        return { name: checkText(name, 'the name of a tenant'), state: checkText(activityStatus, 'a state') };
      }),
    );
  const change = async (
    method: 'POST' | 'PUT',
    names: readonly string[],
    activityStatus: 'HOT' | 'COLD',
    signal?: AbortSignal,
  ): Promise<void> => {
    for (let from = 0; from < names.length; from += MOST) {
      const body = names.slice(from, from + MOST).map((name) => ({ name, activityStatus }));
      const action = `${method === 'POST' ? 'make' : activityStatus === 'HOT' ? 'wake' : 'put back'} tenants of "${className}"`;
      await client.ask({ method, path, action, body, signal }, () => undefined);
    }
  };
  /** Before anything is read or written: a class with `autoTenantActivation` wakes them at the first touch, and leaves them so. */
  const wake = async (tenants: readonly Tenant[], signal?: AbortSignal): Promise<void> => {
    const asleep = tenants.filter(({ state }) => !HOT.has(state));
    const far = asleep.filter(({ state }) => !COLD.has(state));
    if (far.length > 0) throw notActive(className, far, 'bring them back first, or choose other namespaces');
    if (asleep.length === 0) return;
    if (!mayWake) {
      throw notActive(
        className,
        asleep,
        'with `wakeTenants` they are activated, and put back when the store is closed',
      );
    }
    const names = asleep.map(({ name }) => name);
    for (const name of names) woken.add(name);
    await change('PUT', names, 'HOT', signal);
  };
  const remember = (tenants: readonly Tenant[]): void => {
    for (const { name } of tenants) known.add(name);
  };

  return {
    async readable(namespace, signal) {
      if (!multiTenant) return namespace === undefined || namespace === '' ? [''] : [];
      const only = namespace === undefined ? undefined : tenantOf(namespace);
      if (namespace !== undefined && only === undefined) return [];
      if (only !== undefined && known.has(only)) return [only];
      const tenants = (await list(signal)).filter(({ name }) => namespace === undefined || name === only);
      await wake(tenants, signal);
      remember(tenants);
      return tenants.map(({ name }) => name).toSorted((left, right) => (left < right ? -1 : 1));
    },
    async active(signal) {
      if (!multiTenant) return [''];
      return (await list(signal)).filter(({ state }) => HOT.has(state)).map(({ name }) => name);
    },
    async prepare(wanted, signal) {
      if (!multiTenant || [...wanted].every((name) => known.has(name))) return;
      const there = await list(signal);
      const names = new Set(there.map(({ name }) => name));
      const missing = [...wanted].filter((name) => !names.has(name));
      await wake(
        there.filter(({ name }) => wanted.has(name)),
        signal,
      );
      await change('POST', missing, 'HOT', signal);
      for (const name of wanted) known.add(name);
    },
    list: async (signal) => (!multiTenant ? [''] : (await list(signal)).map(({ name }) => namespaceOf(name))),
    async restore() {
      const names = [...woken];
      woken.clear();
      known.clear();
      await change('PUT', names, 'COLD');
    },
  };
}

function notActive(className: string, tenants: readonly Tenant[], what: string): UnsupportedError {
  const shown = tenants
    .slice(0, 10)
    .map(({ name, state }) => `"${namespaceOf(name)}" (${state})`)
    .join(', ');
  const more = tenants.length > 10 ? ` and ${tenants.length - 10} more` : '';
  return new UnsupportedError(
    'namespaces',
    `weaviate: tenants of "${className}" are not active: ${shown}${more}; ${what}`,
    {
      adapter: 'weaviate',
    },
  );
}
