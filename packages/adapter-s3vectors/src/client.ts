import type * as Sdk from '@aws-sdk/client-s3vectors';
import { abortedFailure, createHttp, parseJson, type CallOptions, type HttpRequest } from '@vsm/core/adapter';
import { clientFailure, exceptions } from './errors.ts';
import type { Connection } from './options.ts';

type Operation =
  | 'CreateIndex'
  | 'DeleteIndex'
  | 'DeleteVectors'
  | 'GetIndex'
  | 'GetVectors'
  | 'ListIndexes'
  | 'ListVectors'
  | 'PutVectors'
  | 'QueryVectors';

export interface Client {
  readonly location: string;
  readonly bucket: string;
  /** One call with this JSON body; gives what `read` makes of the parsed answer. It checks: what it does not look at may be anything. */
  ask<Result>(
    operation: Operation,
    action: string,
    body: string,
    options: CallOptions | undefined,
    read: (value: unknown) => Result,
    /** Exactly, unless told otherwise. */
    parse?: (text: string) => unknown,
  ): Promise<Result>;
  close(): void;
}

/** A request as the SDK has signed it. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
}

/** What goes with one call past the SDK. */
interface Exchange {
  readonly action: string;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  readonly read: (value: unknown) => unknown;
  readonly parse: (text: string) => unknown;
  result?: { readonly value: unknown };
  failure?: unknown;
}

/**
 * Finds endpoint and credentials and signs through the SDK, but writes the bodies and reads the answers itself: the SDK drops the sign of
 * zeros, turns big integers into doubles, and knows neither proxies nor authorities nor bounds of an answer.
 */
export function createClient({ bucket, config, http: settings, location }: Connection): Client {
  const http = createHttp(settings, exceptions);
  let loading: Promise<{ readonly sdk: typeof Sdk; readonly client: Sdk.S3VectorsClient }> | undefined;

  const handle = async (request: SignedRequest, { exchange }: { readonly exchange: Exchange }): Promise<object> => {
    const { protocol, hostname, port, path, method, headers } = request;
    // Counted by those who send.
    const { host: _host, 'content-length': _length, ...kept } = headers;
    const { action, body, signal, read, parse } = exchange;
    const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
    try {
      await http.ask({ action, location, signal, url, method, body, headers: kept }, ({ bytes }) => {
        exchange.result = { value: read(parse(bytes.length === 0 ? '{}' : bytes.toString())) };
      });
    } catch (error) {
      exchange.failure = error;
      throw error;
    }
    return { response: { statusCode: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') } };
  };

  // Loading takes a third of a second, which a process that only names this adapter does not have to spend.
  const load = (): NonNullable<typeof loading> =>
    (loading ??= import('@aws-sdk/client-s3vectors').then((sdk) => {
      const client = new sdk.S3VectorsClient({ ...config, maxAttempts: 1, requestHandler: { handle } as never });
      return { sdk, client };
    }));

  return {
    location,
    bucket,
    async ask<Result>(
      operation: Operation,
      action: string,
      body: string,
      options: CallOptions | undefined,
      read: (value: unknown) => Result,
      parse: (text: string) => unknown = parseJson,
    ): Promise<Result> {
      const attempt = { adapter: 's3vectors', action, location };
      const exchange: Exchange = { action, body, signal: options?.signal, read, parse };
      try {
        const { sdk, client } = await load();
        // One of the nine that there are: each takes a body, which is replaced.
        const Command = sdk[`${operation}Command`] as unknown as typeof sdk.GetIndexCommand;
        const command = new Command({ indexName: '' });
        command.middlewareStack.add(
          (next) => (args) => {
            (args.request as { body: string }).body = body;
            return next(args);
          },
          // Before it is measured and signed.
          { step: 'build', priority: 'high', name: 'exactBody' },
        );
        await client.send(command as never, { exchange } as never);
      } catch (cause) {
        if (exchange.failure !== undefined) throw exchange.failure;
        if (options?.signal?.aborted === true) throw abortedFailure(attempt, options.signal.reason);
        throw clientFailure(attempt, cause);
      }
      if (exchange.result === undefined) throw clientFailure(attempt, new Error('the client sent nothing'));
      return exchange.result.value as Result;
    },
    close: () => http.close(),
  };
}
