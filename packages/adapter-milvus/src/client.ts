import { createGrpcChannel, grpcFailure, RemoteError, WrongAnswer, type GrpcAttempt } from '@vsm/core/adapter';
import { isSuccess, statusFailure } from './errors.ts';
import { getVersion } from './grpc/collections.ts';
import type { Answer, Method, Status } from './grpc/method.ts';
import type { Sent } from './grpc/wire.ts';
import type { MilvusConnection } from './options.ts';

export interface Call {
  /** Reads on from "cannot". */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are an answer. */
  readonly accept?: ((status: Status) => boolean) | undefined;
}

/** One server, past its SDK: docs/decisions/0011-milvus-past-the-sdk.md. */
export interface Client {
  readonly location: string;
  readonly database: string;
  call<Request, Response extends Answer>(
    method: Method<Request, Response>,
    request: Sent<NoInfer<Request>>,
    call: Call,
  ): Promise<Response>;
  version(signal?: AbortSignal): Promise<string>;
  close(): void;
}

export function createClient({ origin, http, location, database }: MilvusConnection): Client {
  const { headers, ca, maxAnswerBytes, maxRetryAfterMs, timeoutMs } = http;
  const channel = createGrpcChannel({ origin, headers, ca, maxAnswerBytes });

  const call: Client['call'] = async ({ path, request: sent, response }, request, { action, signal, accept }) => {
    const attempt: GrpcAttempt = { adapter: 'milvus', action, location, signal, maxRetryAfterMs };
    const timeout = AbortSignal.timeout(timeoutMs);
    let answer;
    try {
      const bytes = await channel.call(
        path,
        sent.encode(request),
        signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      );
      answer = response.decode(bytes);
    } catch (cause) {
      throw grpcFailure(cause, attempt);
    }
    const { status } = answer;
    if (status === undefined) {
      const cause = new WrongAnswer('there is no status in it');
      const message = `milvus: cannot ${action}: an empty answer from ${location}; does the server know this call?`;
      throw new RemoteError(message, { adapter: 'milvus', retryable: false, cause });
    }
    if (!isSuccess(status) && accept?.(status) !== true) throw statusFailure(attempt, status);
    return answer;
  };

  return {
    location,
    database,
    call,
    version: async (signal) => (await call(getVersion, {}, { action: 'ask for the version', signal })).version,
    close: () => channel.close(),
  };
}
