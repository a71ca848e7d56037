import { expect, it } from 'vitest';
import type { Client } from './client.ts';
import { createTenants } from './tenants.ts';

/** A server whose class has tenants in these states; a real one has some of them only with a module that stores tenants elsewhere. */
function clientWith(states: Readonly<Record<string, string>>): { readonly client: Client; readonly sent: string[] } {
  const sent: string[] = [];
  const client: Client = {
    location: 'weaviate://test',
    ask: async ({ method, path }, read) => {
      sent.push(`${method} ${path}`);
      return read(Object.entries(states).map(([name, activityStatus]) => ({ name, activityStatus })));
    },
    graphql: () => Promise.reject(new TypeError('not asked here')),
    close: () => undefined,
  };
  return { client, sent };
}

it.each(['OFFLOADED', 'OFFLOADING', 'ONLOADING', 'FROZEN', 'a state of tomorrow'])(
  'a tenant that is %s is named, never skipped or woken, whatever is allowed',
  async (state) => {
    for (const mayWake of [false, true]) {
      const { client, sent } = clientWith({ hot: 'HOT', cold: 'COLD', far: state });
      const tenants = createTenants(client, 'Docs', true, mayWake);
      const message = `tenants of "Docs" are not active: "far" (${state}); bring them back first`;
      await expect(tenants.readable(undefined)).rejects.toThrow(message);
      await expect(tenants.readable('far')).rejects.toThrow(message);
      await expect(tenants.prepare(new Set(['hot', 'far']))).rejects.toThrow(message);
      expect(await tenants.readable('hot')).toEqual(['hot']);
      expect(await tenants.list()).toContain('far');
      // Neither was the cold one woken for a scan that cannot be whole.
      expect(new Set(sent)).toEqual(new Set(['GET schema/Docs/tenants']));
    }
  },
);
