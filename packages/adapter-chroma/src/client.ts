import { createHttp, parsePlainJson, type Http, type HttpRequest } from '@vsm/core/adapter';
import { exceptions } from './errors.ts';
import type { ChromaConnection } from './options.ts';

interface ChromaRequest extends Pick<HttpRequest, 'action' | 'method' | 'signal'> {
  /** Below the path of the place. */
  readonly path: string;
  readonly body?: string | undefined;
}

/** Requests below one path, such as that of a database. */
export interface Place {
  /** In messages. */
  readonly location: string;
  /** Gives what `read` makes of the parsed answer. It checks: what it does not look at may be anything. */
  ask<Result>(request: ChromaRequest, read: (value: unknown) => Result): Promise<Result>;
  /** The same, for answers that are too long to become text. */
  bytes<Result>(request: ChromaRequest, read: (bytes: Buffer) => Result): Promise<Result>;
}

/**
 * One server. Not through the SDK, which parses records with plain `JSON.parse`, so that big integers are rounded and 1.0 becomes 1, has no
 * way to abort a single call, and looks for the package of every embedding function it sees. Nor through `fetch`, which takes twice
 * the time for a page of records.
 */
export interface Client {
  at(location: string, base: () => Promise<string>): Place;
  close(): void;
}

export function createClient({ server, http: settings }: ChromaConnection): Client {
  const http: Http = createHttp(settings, exceptions);
  return {
    at(location, base) {
      const bytes: Place['bytes'] = async ({ path, ...request }, read) =>
        http.ask({ ...request, location, url: `${server}${await base()}${path}` }, (answer) => read(answer.bytes));
      return {
        location,
        bytes,
        ask: (request, read) => bytes(request, (answer) => read(parsePlainJson(answer.toString()))),
      };
    },
    close: () => http.close(),
  };
}
