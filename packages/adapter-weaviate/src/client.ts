import {
  checkObject,
  createHttp,
  parsePlainJson,
  RemoteError,
  VsmError,
  type Http,
  type HttpRequest,
} from '@vsm/core/adapter';
import { exceptions, NO_SUCH_CLASS, PASSING } from './errors.ts';
import type { WeaviateConnection } from './options.ts';

interface WeaviateRequest extends Pick<HttpRequest, 'action' | 'method' | 'signal'> {
  /** Below `/v1/`. */
  readonly path: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: string | object | undefined;
}

/**
 * REST of one server. Not through the SDK, whose gRPC side throws away a page with an integer beyond 2^53, cuts dates to milliseconds and
 * is no faster: the server's index decides how long a write takes.
 */
export interface Client {
  readonly location: string;
  /** Gives what `read` makes of the parsed answer, which is `undefined` where it is empty. It checks: what it does not look at may be anything. */
  ask<Result>(request: WeaviateRequest, read: (value: unknown) => Result): Promise<Result>;
  /** The `data` of a query. Its errors come with the status of a success. */
  graphql<Result>(
    action: string,
    query: string,
    read: (data: unknown) => Result,
    signal?: AbortSignal,
  ): Promise<Result>;
  close(): void;
}

export function createClient({ server, http: settings, location }: WeaviateConnection): Client {
  const http: Http = createHttp(settings, exceptions);
  const ask: Client['ask'] = ({ path, body, ...request }, read) =>
    http.ask(
      {
        ...request,
        location,
        url: server + path,
        body: typeof body === 'object' ? JSON.stringify(body) : body,
      },
      ({ bytes }) => read(bytes.length === 0 ? undefined : parsePlainJson(bytes.toString())),
    );
  return {
    location,
    ask,
    async graphql(action, query, read, signal) {
      const answer = await ask({ method: 'POST', path: 'graphql', action, body: { query }, signal }, (value) => {
        const { data, errors } = checkObject(value, 'the answer');
        if (Array.isArray(errors) && errors.length > 0) return { refusal: String(errors[0]?.message) };
        return { result: read(data) };
      });
      if (!('refusal' in answer)) return answer.result;
      const message = `weaviate: cannot ${action}: ${location} refuses it: ${answer.refusal}`;
      if (NO_SUCH_CLASS.test(answer.refusal)) throw new VsmError('NOT_FOUND', message, { adapter: 'weaviate' });
      throw new RemoteError(message, { adapter: 'weaviate', retryable: PASSING.test(answer.refusal) });
    },
    close: () => http.close(),
  };
}
