import type * as Sdk from '@aws-sdk/client-s3';
import {
  connectionFailure,
  RemoteError,
  VsmError,
  withRetry,
  type VsmErrorCode,
  type RetryPolicy,
} from '@vsm/core/adapter';
import type { S3Location } from './location.ts';

const ADAPTER = 'file';
const RETRY: RetryPolicy = { maxRetries: 8, retryDelaySeconds: 0.2, retryBackoff: 2 };

/** One connection to a bucket. The SDK finds endpoint and credentials, signs and checks; calls are repeated here. */
export class S3Client {
  readonly location: S3Location;
  readonly #retry: RetryPolicy;
  #loading: Promise<{ readonly sdk: typeof Sdk; readonly client: Sdk.S3Client }> | undefined;

  constructor(location: S3Location, retry: RetryPolicy = RETRY) {
    this.location = location;
    this.#retry = retry;
  }

  /** @param action what is attempted, as in: cannot … */
  async call<Result>(
    action: string,
    work: (sdk: typeof Sdk, client: Sdk.S3Client) => Promise<Result>,
  ): Promise<Result> {
    const { sdk, client } = await (this.#loading ??= this.#load());
    return withRetry(
      async () => {
        try {
          return await work(sdk, client);
        } catch (cause) {
          throw toVsmError(cause, action);
        }
      },
      this.#retry,
      undefined,
    );
  }

  close(): void {
    void this.#loading?.then(({ client }) => client.destroy()).catch(() => undefined);
    this.#loading = undefined;
  }

  async #load(): Promise<{ readonly sdk: typeof Sdk; readonly client: Sdk.S3Client }> {
    const { endpoint, region } = this.location;
    let sdk: typeof Sdk;
    try {
      sdk = await import('@aws-sdk/client-s3');
    } catch (cause) {
      const message = 'file: s3:// needs a package that is not installed: npm install @aws-sdk/client-s3';
      throw new VsmError('INVALID_OPTIONS', message, { adapter: ADAPTER, cause });
    }
    const client = new sdk.S3Client({
      maxAttempts: 1,
      ...(region !== undefined && { region }),
      // Servers that are not Amazon's have their buckets in the path, and mostly no regions.
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: region ?? 'us-east-1' }),
    });
    return { sdk, client };
  }
}

/** How the service calls what was wrong with a call. */
export function failureName(cause: unknown): string | undefined {
  return VsmError.isInstance(cause) ? (cause.cause as { name?: string } | undefined)?.name : undefined;
}

interface ServiceFailure {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the service names, whatever its status: an expired token comes as a 400. */
const REFUSALS: readonly (readonly [RegExp, VsmErrorCode, string])[] = [
  [/^Expired|^TokenRefreshRequired$/, 'UNAUTHORIZED', 'Get new credentials, then start the same command again.'],
  [/^InvalidToken$/, 'UNAUTHORIZED', 'Check AWS_SESSION_TOKEN, which belongs to one key.'],
  [/TimeTooSkewed$/, 'UNAUTHORIZED', 'Set the clock of this machine.'],
  [
    /^(?:PermanentRedirect|AuthorizationHeaderMalformed)$/,
    'INVALID_OPTIONS',
    'Name the region of the bucket: AWS_REGION, or region=… in the location.',
  ],
];

function toVsmError(cause: unknown, action: string): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const { name, message, $metadata } = cause as ServiceFailure;
  const status = $metadata?.httpStatusCode;
  const said = `file: cannot ${action}: ${name}: ${message.replace(/\.$/, '')}`;
  const options = { adapter: ADAPTER, cause };
  if (/Credentials|TokenProvider/i.test(name)) {
    const hint = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
    return new VsmError('UNAUTHORIZED', `${said}; ${hint}`, options);
  }
  if (/region is missing/i.test(message)) {
    return new VsmError('INVALID_OPTIONS', `${said}; set AWS_REGION, or region=… in the location`, options);
  }
  const [, code, advice] = REFUSALS.find(([pattern]) => pattern.test(name)) ?? [];
  if (code !== undefined && advice !== undefined) return new VsmError(code, `${said}. ${advice}`, options);
  if (status === undefined) return connectionFailure({ adapter: ADAPTER, action, location: 's3' }, cause);
  if (status === 404) return new VsmError('NOT_FOUND', `${said}. Check bucket and prefix.`, options);
  if (status === 409 || status === 412)
    return new VsmError('CONFLICT', `${said}. Others write there just now.`, options);
  if (status === 401 || status === 403)
    return new VsmError('UNAUTHORIZED', `${said}. Check what the key may do.`, options);
  const retryable = status === 408 || status === 429 || status >= 500 || status < 300 || name === 'BadDigest';
  return new RemoteError(said, { ...options, status, retryable });
}
