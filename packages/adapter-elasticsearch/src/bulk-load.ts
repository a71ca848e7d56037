import { type CallOptions, type CollectionV1, type JsonObject, type JsonValue, objectAt, own } from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { isForbidden } from './errors.ts';
import { settingsIn } from './index-info.ts';
import { refresh } from './search.ts';

type BulkLoad = Required<Pick<CollectionV1, 'prepareBulkLoad' | 'beginBulkLoad' | 'endBulkLoad'>>;

/** No refresh, and no copies to write as well. */
const DEFERRED: JsonObject = { refresh_interval: '-1', number_of_replicas: '0' };

/** The token holds each setting that changes as it was: null where nobody had set it. */
export function createBulkLoad(context: CollectionContext): BulkLoad {
  const { client, name } = context;
  const settings = async (options?: CallOptions): Promise<JsonObject> => {
    const { info } = await context.seen(options?.signal);
    const action = `read the settings of "${name}"`;
    return client.ask({ method: 'GET', path: pathOf(info, '_settings'), action, signal: options?.signal }, settingsIn);
  };
  const set = async (wanted: JsonObject, options?: CallOptions): Promise<void> => {
    const { info } = await context.seen(options?.signal);
    const now = await settings(options);
    if (Object.entries(wanted).every(([key, value]) => (own(now, key) ?? null) === value)) return;
    const action = `change the settings of "${name}"`;
    const request = { method: 'PUT', path: pathOf(info, '_settings'), action, signal: options?.signal } as const;
    await client.ask({ ...request, body: { index: wanted } }, () => undefined);
  };
  const deferred = (token: JsonValue): JsonObject =>
    Object.fromEntries(Object.keys(objectAt({ token }, 'token') ?? {}).map((key) => [key, DEFERRED[key] ?? null]));
  return {
    async prepareBulkLoad(options) {
      const now = await settings(options);
      // Where the server decides how many copies there are, it would do so again.
      const automatic = (now['auto_expand_replicas'] ?? 'false') !== 'false';
      const keys = Object.keys(DEFERRED).filter((key) => key !== 'number_of_replicas' || !automatic);
      return Object.fromEntries(keys.map((key) => [key, own(now, key) ?? null]));
    },
    async beginBulkLoad(token, options) {
      try {
        await set(deferred(token), options);
      } catch (error) {
        // It is only slower without.
        if (!isForbidden(error)) throw error;
      }
    },
    async endBulkLoad(token, options) {
      await set(objectAt({ token }, 'token') ?? {}, options);
      const { info } = await context.seen(options?.signal);
      await refresh(client, info, name, options?.signal);
    },
  };
}
