import { createHttp, parseJson, type CallOptions, type HttpRequest } from '@vsm/core/adapter';
import { exceptions } from './errors.ts';
import type { Connection } from './options.ts';

interface RestCall extends Pick<HttpRequest, 'action' | 'method'> {
  /** With its first slash. */
  readonly path: string;
  readonly body?: string | undefined;
}

/** REST of one region. Not through the SDK, which has no integers beyond 2^53, drops the difference of 1 and 1.0, and retries by itself. */
export interface Client {
  readonly location: string;
  /** Gives what `read` makes of the parsed answer. It checks: what it does not look at may be anything. */
  ask<Result>(request: RestCall, options: CallOptions | undefined, read: (value: unknown) => Result): Promise<Result>;
  /** The same of what the plain `JSON.parse` makes of the answer. */
  askPlainly<Result>(
    request: RestCall,
    options: CallOptions | undefined,
    read: (value: unknown) => Result,
  ): Promise<Result>;
  close(): void;
}

export function createClient({ server, http: settings, location }: Connection): Client {
  const http = createHttp(settings, exceptions);
  const asking =
    (parse: (text: string) => unknown): Client['ask'] =>
    ({ path, ...request }, options, read) =>
      http.ask({ ...request, location, url: server + path, signal: options?.signal }, ({ bytes }) =>
        read(bytes.length === 0 ? undefined : parse(bytes.toString())),
      );
  return {
    location,
    ask: asking(parseJson),
    askPlainly: asking(JSON.parse),
    close: () => http.close(),
  };
}
