import { RemoteError, UnsupportedError, VsmError } from '@vsm/core/adapter';
import { FULL_DISK_ADVICE } from '@vsm/core/files';

const ADAPTER = 'lancedb';

export function invalidOptions(message: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `lancedb: ${message}`, { adapter: ADAPTER });
}

/** A table whose rows nothing but several columns, or their place, tells apart. */
export function readOnly(collection: string, ids: readonly string[]): UnsupportedError {
  const what = ids.length === 0 ? 'the number of the row' : `the columns ${ids.join(', ')} together`;
  const message = `lancedb: cannot write to "${collection}", whose id is ${what}. Name one column with id=…`;
  return new UnsupportedError('access', message, { adapter: ADAPTER });
}

export function invalidCursor(collection: string, cursor: string, cause?: unknown): VsmError {
  const message = `lancedb: "${cursor}" is not a place in a version of "${collection}" that still exists`;
  return new VsmError('INVALID_CURSOR', message, { adapter: ADAPTER, cause });
}

/**
 * The engine has no codes (`GenericFailure` for everything), so its texts are read, here and nowhere else.
 * @param where the folder, unless what was attempted names it
 */
export function toVsmError(cause: unknown, attempted: string, where?: string): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const reason = reasonOf(cause);
  const message = `lancedb: cannot ${attempted}: ${reason}`;
  if (/no space left on device/i.test(reason)) {
    const place = where === undefined ? '' : ` in ${where}`;
    const full = `lancedb: cannot ${attempted}${place}: ${reason}. ${FULL_DISK_ADVICE}`;
    return new RemoteError(full, { adapter: ADAPTER, retryable: false, cause });
  }
  if (/already exists/i.test(reason)) return new VsmError('CONFLICT', message, { adapter: ADAPTER, cause });
  if (isNotFound(cause)) return new VsmError('NOT_FOUND', message, { adapter: ADAPTER, cause });
  if (/access ?denied|forbidden|unauthorized|permission denied|credential/i.test(reason)) {
    return new VsmError('UNAUTHORIZED', `${message}. Check the storage options.`, { adapter: ADAPTER, cause });
  }
  // Two writers of one table: the engine itself has tried several times before it gives up.
  const retryable = /conflict|concurrent|retryable|timed? ?out|connection|throttl|slow ?down/i.test(reason);
  return new RemoteError(message, { adapter: ADAPTER, retryable, cause });
}

export function isNotFound(cause: unknown): boolean {
  return /not found|does not exist|no such file/i.test(reasonOf(cause));
}

/** Without the places in the engine's source that follow the sentence. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split(/\s*,? \/[\w/.-]*cargo\/|\n\s*Caused by/)[0] ?? text).trim();
}
