import { responseError, toVsmError } from './errors.ts';
import type { ChromaConnection } from './options.ts';

export interface Transport {
  /** Sends `body` to `path` below the database and returns the answer's text. `what` names the attempt in errors. */
  send(method: 'GET' | 'POST', path: string, what: string, body?: string, signal?: AbortSignal): Promise<string>;
}

/**
 * Requests that carry records. The SDK parses them with plain `JSON.parse`, which rounds big integers and turns 1.0 into 1, and
 * has no way to abort a single call, so these go past it.
 */
export function createTransport({ origin, tenant, database, headers }: ChromaConnection): Transport {
  const base = new URL(
    `/api/v2/tenants/${encodeURIComponent(tenant)}/databases/${encodeURIComponent(database)}/`,
    origin,
  );
  return {
    async send(method, path, what, body, signal) {
      let response: Response;
      let text: string;
      try {
        response = await fetch(new URL(path, base), {
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
