import { RemoteError, WrongAnswer, type CallOptions } from '@vsm/core/adapter';
import type { Call, Client } from './client.ts';
import type { Layout } from './layout.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  /** As its user calls it, and as the server does. */
  readonly name: string;
  readonly stored: string;
  readonly client: Client;
  readonly layout: () => Layout;
  /** Asks for it again. */
  readonly refresh: (signal?: AbortSignal) => Promise<Layout>;
  /** Has the collection loaded, as whoever reads needs it. */
  readonly load: (signal?: AbortSignal) => Promise<void>;
  /** Whether the server is Milvus itself, and not milvus-lite. */
  readonly isServer: (signal?: AbortSignal) => Promise<boolean>;
  /** Says that it is not, after all. */
  readonly unloaded: () => void;
}

/** What every request of a collection begins with. */
export function ofCollection({ client, stored }: Pick<CollectionContext, 'client' | 'stored'>): {
  readonly db: string;
  readonly collection: string;
} {
  return { db: client.database, collection: stored };
}

export function callOf({ name }: Pick<CollectionContext, 'name'>, verb: string, options?: CallOptions): Call {
  return { action: `${verb} "${name}"`, signal: options?.signal };
}

/** What is made of an answer; one that is wrong is the server's failure. */
export function understand<Result>({ name, client }: CollectionContext, verb: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof WrongAnswer)) throw cause;
    const message = `milvus: cannot ${verb} "${name}": a wrong answer from ${client.location}: ${cause.message}`;
    throw new RemoteError(message, { adapter: 'milvus', retryable: false, cause });
  }
}
