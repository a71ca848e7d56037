import { RemoteError, VsmError } from '@vsm/core/adapter';

const ADAPTER = { adapter: 'pgvector' } as const;

/** The only place where an SQLSTATE is read. `what` names the attempt. */
export function toVsmError(what: string, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = `pgvector: ${what}: ${error.message}${code === '' ? '' : ` (${code})`}`;
  if (code === '42P07')
    return new VsmError('CONFLICT', `${message}. Choose another name, or drop the table first.`, { ...ADAPTER, cause });
  if (code === '42P01') return new VsmError('NOT_FOUND', message, { ...ADAPTER, cause });
  if (code.startsWith('28') || code === '42501') {
    return new VsmError('UNAUTHORIZED', `${message}. Check the user, the password and the privileges.`, {
      ...ADAPTER,
      cause,
    });
  }
  return new RemoteError(message, { ...ADAPTER, cause, retryable: isPassing(code) });
}

/** Lost connections, deadlocks, serialization failures, restarts, too many connections. */
function isPassing(code: string): boolean {
  return (
    code.startsWith('08') || code.startsWith('57P0') || /^(40001|40P01|55P03|53300|ECONN.*|EPIPE|ETIMEDOUT)$/.test(code)
  );
}
