import { VsmError } from '@vsm/core/adapter';
import { codeOf } from '@vsm/core/files';
import { printRange } from './keys.ts';
import type { StoredPart } from './stored-part.ts';

const ADAPTER = 'backup';

export function invalid(message: string, cause?: unknown): VsmError {
  return new VsmError('INVALID_DATA', `backup: ${message}`, { adapter: ADAPTER, cause });
}

export function invalidOptions(message: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `backup: ${message}`, { adapter: ADAPTER });
}

export function notFound(message: string): VsmError {
  return new VsmError('NOT_FOUND', `backup: ${message}`, { adapter: ADAPTER });
}

export function conflict(message: string, cause?: unknown): VsmError {
  return new VsmError('CONFLICT', `backup: ${message}`, { adapter: ADAPTER, cause });
}

/** Whether a part is gone, or not as it was. A bucket that does not answer and a file that may not be read say nothing of it. */
export function isDamage(cause: unknown): boolean {
  if (!VsmError.isInstance(cause) || codeOf(cause.cause) === 'EIO') return true;
  return cause.code !== 'REMOTE_FAILED' && cause.code !== 'UNAUTHORIZED';
}

/** A part that cannot be read: which records are lost with it, and what can be done. */
export function lostPart(snapshot: string, part: StoredPart, path: string, cause: unknown): VsmError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
  const lost = `${part.records} records of snapshot ${snapshot} are lost, ${printRange(part.first, part.last)}`;
  const where = reason.includes(path) ? '' : `${path}: `;
  return invalid(`${lost}: ${where}${reason}. ${LOST_ADVICE}`, cause);
}

const LOST_ADVICE =
  'vsm backups verify lists all that is damaged, and vsm restore --skip-lost restores the rest. Delete a damaged part, and the next vsm backup writes what its collection still holds.';
