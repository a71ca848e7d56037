import type { CallOptions, NamedFields } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { askInfo, type NamespaceInfo } from './namespace-info.ts';
import { readPlaces } from './schema.ts';

type Seen = ReturnType<typeof readPlaces>;

/** What every part of a collection works with. One for all that are open in a store, since it plans the types of new attributes. */
export interface CollectionContext {
  readonly name: string;
  readonly client: Client;
  /** As the namespace was seen last. */
  readonly places: () => Seen;
  /** Asks for it again. */
  readonly refresh: (options: CallOptions | undefined) => Promise<Seen>;
  /** Takes over what was asked for elsewhere. */
  readonly adopt: (info: NamespaceInfo) => Seen;
}

export function createContext(
  client: Client,
  name: string,
  opened: NamespaceInfo,
  fields: NamedFields,
): CollectionContext {
  let seen = readPlaces(opened, fields);
  const adopt = (info: NamespaceInfo): Seen => {
    // Types that were planned are on their way; the service's own go before them.
    for (const [key, type] of seen.info.types) if (!info.types.has(key)) info.types.set(key, type);
    seen = readPlaces(info, fields);
    return seen;
  };
  return {
    name,
    client,
    places: () => seen,
    refresh: async (options) => adopt(await askInfo(client, name, options)),
    adopt,
  };
}

export function pathOf(name: string): string {
  return `/v2/namespaces/${encodeURIComponent(name)}`;
}
