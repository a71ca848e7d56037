import { VsmError, type RemoteError } from '../errors.ts';

/** What one request may hold. */
interface BatchLimits {
  readonly bytes: number;
  readonly items?: number | undefined;
}

/** Cuts items, in their order, into batches of at most so many bytes and items; one that is too large makes a batch of its own. */
export function cutBatches<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  { bytes: mostBytes, items: most = Number.POSITIVE_INFINITY }: BatchLimits,
): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    const last = batches.at(-1);
    if (last === undefined || bytes + size > mostBytes || last.length >= most) {
      batches.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return batches;
}

/** The error itself where it says that the server will not take the data: 400, 413 or 422, and not to be tried again. */
export function refusalOf(error: unknown): RemoteError | undefined {
  if (!VsmError.isInstance(error) || error.code !== 'REMOTE_FAILED') return undefined;
  const { status, tooLarge, retryable } = error as RemoteError;
  return !retryable && (tooLarge || status === 400 || status === 413 || status === 422)
    ? (error as RemoteError)
    : undefined;
}
