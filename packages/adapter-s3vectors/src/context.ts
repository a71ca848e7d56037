import type { CallOptions } from '@vsm/core/adapter';
import type { Client } from './client.ts';
import type { readPlaces } from './schema.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly client: Client;
  /** As the index was seen last. */
  readonly places: () => ReturnType<typeof readPlaces>;
  /** Asks for it again. */
  readonly refresh: (options: CallOptions | undefined) => Promise<ReturnType<typeof readPlaces>>;
}
