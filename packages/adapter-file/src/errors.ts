import { UnsupportedError, VsmError, type VsmErrorCode, own } from '@vsm/core/adapter';
import { FULL_DISK_ADVICE } from '@vsm/core/files';

const ADAPTER = 'file';

/** A file that cannot be read as what it says it is. `where` names the row group, page or line. */
export function damaged(path: string, where: string, cause: unknown, advice: string): VsmError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new VsmError('INVALID_DATA', `file: ${path}, ${where}: ${reason}. ${advice}`, { adapter: ADAPTER, cause });
}

export function invalidOptions(message: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `file: ${message}`, { adapter: ADAPTER });
}

const FILE_SYSTEM: Readonly<Record<string, { readonly code: VsmErrorCode; readonly advice: string }>> = {
  ENOENT: { code: 'NOT_FOUND', advice: 'Check the path.' },
  ENOTDIR: { code: 'NOT_FOUND', advice: 'Check the path.' },
  EACCES: { code: 'UNAUTHORIZED', advice: 'Check who may read and write there.' },
  EPERM: { code: 'UNAUTHORIZED', advice: 'Check who may read and write there.' },
  EROFS: { code: 'UNAUTHORIZED', advice: 'The file system is read only.' },
};

/** What a failed call to the file system means. A full disk is not retried: what was accepted before stays on it. */
export function toVsmError(cause: unknown, attempted: string): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = own(FILE_SYSTEM, code);
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (known !== undefined) {
    return new VsmError(known.code, `file: cannot ${attempted}: ${reason}. ${known.advice}`, {
      adapter: ADAPTER,
      cause,
    });
  }
  const advice = code === 'ENOSPC' ? ` ${FULL_DISK_ADVICE}` : '';
  return new VsmError('REMOTE_FAILED', `file: cannot ${attempted}: ${reason}.${advice}`, { adapter: ADAPTER, cause });
}

/** Runs a call to the file system, whose failure is told by what was attempted. */
export async function attempt<Result>(attempted: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw toVsmError(cause, attempted);
  }
}

/** A link in a folder of collections that leads to somewhere else. */
export function outside(path: string, real: string, folder: string): VsmError {
  const message = `file: ${path} leads to ${real}, outside of ${folder}, and nothing is read or written there. If that is meant, open it by its own path.`;
  return new VsmError('INVALID_DATA', message, { adapter: ADAPTER });
}

export function conflict(message: string, cause?: unknown): VsmError {
  return new VsmError('CONFLICT', `file: ${message}`, { adapter: ADAPTER, cause });
}

export function gone(path: string): VsmError {
  return new VsmError('NOT_FOUND', `file: ${path} was deleted`, { adapter: ADAPTER });
}

/** Why nothing is written to what somebody else made. */
export const FOREIGN = 'it was not written by vsm, and is only read. Write to a new one instead.';

/** What lies there stays as it is. */
export function fixed(path: string, verb: string, reason: string): UnsupportedError {
  return new UnsupportedError('access', `file: will not ${verb} ${path}: ${reason}`, { adapter: ADAPTER });
}

export function unfinished(path: string, folder: string): VsmError {
  const message = `file: ${path} is an export that was not finished, and is not read until it is: "vsm resume" completes it, or delete ${folder} and start again.`;
  return new VsmError('INVALID_DATA', message, { adapter: ADAPTER });
}

export function invalidCursor(collection: string, cursor: string): VsmError {
  return new VsmError('INVALID_CURSOR', `file: "${cursor}" is not a place in "${collection}"`, { adapter: ADAPTER });
}
