import type { CallOptions, HttpRequest } from '@vsm/core/adapter';
import type { Connection } from './options.ts';

export interface QdrantRequest extends Pick<HttpRequest, 'action' | 'method' | 'body'> {
  /** With its query. */
  readonly path: string;
}

/** What of the way over REST the one over gRPC needs, to find out whether both lead to the same server. */
export interface Rest {
  readonly connection: Connection;
  /** For what needs the text itself: records, and ids beyond what a double holds. */
  bulk<Result>(
    request: QdrantRequest,
    options: CallOptions | undefined,
    read: (text: string) => Result,
  ): Promise<Result>;
  /** Of the server, such as `1.18.3`; `undefined` where it does not say. */
  version(options: CallOptions | undefined): Promise<readonly [number, number] | undefined>;
}
