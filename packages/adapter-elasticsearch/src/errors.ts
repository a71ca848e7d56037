import { VsmError, type Exceptions } from '@vsm/core/adapter';

/** Where answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  if (status === 400 && /already exists|exists with the same name as alias/i.test(text)) return { code: 'CONFLICT' };
  if ((status === 403 || status === 429) && /blocked by/i.test(text)) {
    return {
      code: 'REMOTE_FAILED',
      retryable: false,
      hint: 'the index takes no writes: is the disk nearly full, or index.blocks set?',
    };
  }
  return undefined;
};

/** Of items of a bulk, which have no HTTP status of their own. */
export const BLOCKED = 'cluster_block_exception';

/** Whether something is refused to this key that can be done without. */
export function isForbidden(error: unknown): boolean {
  return (
    VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || /blocked by|takes no writes/.test(error.message))
  );
}
