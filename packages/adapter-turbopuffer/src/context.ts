import type { CallOptions } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { Places } from './mapping.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly client: Client;
  /** As the namespace was seen last. */
  readonly places: () => Places;
  /** Asks for it again. */
  readonly refresh: (options: CallOptions | undefined) => Promise<Places>;
}

export function pathOf(name: string): string {
  return `/v2/namespaces/${encodeURIComponent(name)}`;
}
