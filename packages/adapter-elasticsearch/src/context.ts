import type { CollectionDescription, ReadingOptions } from '@vsm/core/adapter';
import type { Client, Server } from './client.ts';
import type { IndexInfo } from './index-info.ts';
import type { Places } from './mapping.ts';

/** What is known of an index, and how it is read. */
export interface Seen {
  readonly info: IndexInfo;
  readonly places: Places;
  readonly reading?: CollectionDescription['reading'];
  readonly undecided?: readonly string[] | undefined;
}

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly client: Client;
  readonly server: Server;
  readonly reading: ReadingOptions;
  /** As it was seen last; looks at it first where nobody has. */
  readonly seen: (signal?: AbortSignal) => Promise<Seen>;
  /** Asks again. */
  readonly look: (signal?: AbortSignal) => Promise<Seen>;
}

/** A path below an index, whose own name an alias led to. */
export const pathOf = ({ index }: IndexInfo, rest: string): string => `${encodeURIComponent(index)}/${rest}`;
