import { responseError, toVsmError } from './errors.ts';
import type { ChromaConnection } from './options.ts';

export interface Transport {
  /** Sends `body` to `path` and returns the answer's text. `what` names the attempt in errors. */
  send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    what: string,
    body?: string,
    signal?: AbortSignal,
  ): Promise<string>;
}

/**
 * Requests below the path that `base` gives. Not through the SDK, which parses records with plain `JSON.parse`, so that big integers are
 * rounded and 1.0 becomes 1, has no way to abort a single call, and looks for the package of every embedding function it sees.
 */
export function createTransport(
  { origin, headers }: Pick<ChromaConnection, 'origin' | 'headers'>,
  base: () => Promise<string>,
): Transport {
  return {
    async send(method, path, what, body, signal) {
      let response: Response;
      let text: string;
      const below = await base();
      try {
        response = await fetch(new URL(`${below}${path}`, origin), {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(body !== undefined && { body }),
          ...(signal !== undefined && { signal }),
        });
        text = await response.text();
      } catch (cause) {
        throw toVsmError(what, cause);
      }
      if (response.ok) return text;
      throw responseError(what, {
        status: response.status,
        body: text,
        retryAfter: response.headers.get('retry-after'),
      });
    },
  };
}
