import { RemoteError, VsmError } from '@vsm/core/adapter';
import { FULL_DISK_ADVICE } from '@vsm/core/files';

const ADAPTER = { adapter: 'pgvector' } as const;

/** The SQLSTATE of a disk that has no room left. */
export const DISK_FULL = '53100';

/** The only place where an SQLSTATE is read. `what` names the attempt. */
export function toVsmError(what: string, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = sqlState(cause);
  const message = `pgvector: ${what}: ${error.message}${code === '' ? '' : ` (${code})`}`;
  const tls = tlsAdvice(code, error);
  if (tls !== undefined) return new VsmError('INVALID_OPTIONS', `${message}. ${tls}`, { ...ADAPTER, cause });
  if (code === '42P07')
    return new VsmError('CONFLICT', `${message}. Choose another name, or drop the table first.`, { ...ADAPTER, cause });
  if (code === '' && /password must be a (?:non-empty )?string/.test(error.message)) {
    const advice = 'The server wants a password, and none was given: set PGPASSWORD, or write it into the URL.';
    return new VsmError('UNAUTHORIZED', `pgvector: ${what}. ${advice}`, { ...ADAPTER, cause });
  }
  if (code === '42P01') return new VsmError('NOT_FOUND', message, { ...ADAPTER, cause });
  if (code.startsWith('28') || code === '42501') {
    return new VsmError('UNAUTHORIZED', `${message}. Check the user, the password and the privileges.`, {
      ...ADAPTER,
      cause,
    });
  }
  if (code === DISK_FULL) {
    return new RemoteError(`${message}. ${FULL_DISK_ADVICE}`, { ...ADAPTER, cause, retryable: false });
  }
  if (code === '25006') {
    return new RemoteError(`${message}. The database is open for a snapshot, or is a replica.`, {
      ...ADAPTER,
      cause,
      retryable: false,
    });
  }
  return new RemoteError(message, { ...ADAPTER, cause, retryable: isPassing(code, error.message) });
}

/**
 * The database's words where it refuses values, so that a batch has a record in it that does not fit; `undefined` for every
 * other error. Classes 22 (data), 23 (constraints) and 54 (limits), and a text that no enum has.
 */
export function dataProblem(error: unknown): string | undefined {
  const cause = error instanceof RemoteError ? error.cause : undefined;
  if (!(cause instanceof Error) || !/^(22|23|54)/.test(sqlState(cause))) return undefined;
  const detail = 'detail' in cause && typeof cause.detail === 'string' ? ` (${cause.detail})` : '';
  return `${cause.message}${detail}`;
}

/** As `pg` says it, without a code. */
export function hasNoTls({ message }: Error): boolean {
  return message === 'The server does not support SSL connections';
}

/** What to change in the url where it and the server do not agree about TLS. */
function tlsAdvice(code: string, error: Error): string | undefined {
  if (hasNoTls(error)) return 'Connect without TLS: sslmode=disable, or sslmode=prefer for either.';
  if (code.startsWith('28') && / no encryption$| SSL off$/.test(error.message))
    return 'Connect over TLS: sslmode=require.';
  if (!/^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_.*)$/.test(code))
    return undefined;
  return (
    "Name the file of the authority that signed the server's certificate (sslrootcert=/path/ca.pem; with sslmode=verify-ca whatever the name in it), " +
    'or encrypt without checking who answers (sslmode=require, without sslrootcert).'
  );
}

function sqlState(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** `pg` gives no code where the connection itself went away. */
const LOST_CONNECTION =
  /^Connection terminated|is not queryable$|^timeout exceeded when trying to connect|^Query read timeout/;

/** Lost connections, deadlocks, serialization failures, restarts, too many connections. */
function isPassing(code: string, message: string): boolean {
  if (code === '') return LOST_CONNECTION.test(message);
  return (
    code.startsWith('08') || code.startsWith('57P0') || /^(40001|40P01|55P03|53300|ECONN.*|EPIPE|ETIMEDOUT)$/.test(code)
  );
}
