import { UnsupportedError, VsmError, type VsmErrorCode } from '@vsm/core/adapter';

export const ADAPTER = 'folder';

/** A file that cannot be read as what it says it is. */
export function damaged(path: string, reason: string, cause?: unknown): VsmError {
  return folderError('INVALID_DATA', `${path}: ${reason}. Restore it from a backup, or make the folder anew.`, cause);
}

/** What is whole, but cannot be carried. */
export function unreadable(path: string, reason: string): VsmError {
  return folderError('UNSUPPORTED', `${path}: ${reason}`);
}

export function folderError(code: VsmErrorCode, message: string, cause?: unknown): VsmError {
  return new VsmError(code, `folder: ${message}`, { adapter: ADAPTER, cause });
}

export function readOnly(): UnsupportedError {
  return new UnsupportedError('access', 'folder: it is only read, never written to', { adapter: ADAPTER });
}

/** What a failed call to the file system means. */
export function toVsmError(cause: unknown, path: string): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return damaged(path, 'the file is missing', cause);
  if (code === 'EACCES' || code === 'EPERM')
    return folderError('UNAUTHORIZED', `cannot read ${path}: ${reason}.`, cause);
  return folderError('REMOTE_FAILED', `cannot read ${path}: ${reason}.`, cause);
}
