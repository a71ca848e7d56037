import pLimit from 'p-limit';
import { VsmError } from '../errors.ts';
import type { ByteBudget, Reservation } from './byte-budget.ts';
import type { CollectionV1, Cursor, Filter, Partition, ScanPage, ScanRequest } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from '../store/retry.ts';

/** One disjoint part of a scan. `key` is stable for a plan, so that a later process finds its cursor again. */
export interface ScanPart {
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly partition?: Partition | undefined;
}

export interface ScanSelection {
  readonly namespaces?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
}

export interface ScanSettings extends ScanSelection {
  /** Records of a page, at the most; the budget may ask for fewer. */
  readonly limit: number;
  readonly budget: ByteBudget;
  readonly include: ScanRequest['include'];
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: (() => void) | undefined;
  /** How long a page took, without pauses between tries. */
  readonly onRead?: ((milliseconds: number) => void) | undefined;
}

export interface MeasuredPage extends ScanPage {
  /** Approximate size in memory of its records. */
  readonly bytes: number;
}

/** Splits the selected records of a collection into about `target` parts. */
export async function scanParts(
  collection: CollectionV1,
  target: number,
  selection: ScanSelection & { readonly signal?: AbortSignal | undefined },
): Promise<ScanPart[]> {
  const parts: ScanPart[] = [];
  for (const namespace of selection.namespaces ?? [undefined]) {
    const prefix = namespace === undefined ? '' : `${encodeURIComponent(namespace)}/`;
    const split = collection.partition?.bind(collection);
    if (split === undefined) {
      parts.push({ key: `${prefix}all`, namespace });
      continue;
    }
    const request = { namespace, filter: selection.filter };
    const { signal } = selection;
    const partitions = await split(target, request, { signal });
    parts.push(...partitions.map((partition) => ({ key: prefix + partition.id, namespace, partition })));
  }
  return parts;
}

/**
 * Reads one part page by page, the next page on its way while the caller works on the last one.
 * `from` continues where an earlier scan of the same part stood.
 */
export async function* scanPages(
  collection: CollectionV1,
  part: ScanPart,
  settings: ScanSettings,
  from?: Cursor,
): AsyncGenerator<MeasuredPage, void, void> {
  const { budget, signal, onRead } = settings;
  const scan = async (cursor: Cursor | undefined, limit: number): Promise<ScanPage> => {
    const { partition, namespace } = part;
    const { filter, include } = settings;
    const started = performance.now();
    const page = await collection.scan({ partition, namespace, filter, cursor, limit, include }, { signal });
    onRead?.(performance.now() - started);
    return page;
  };
  const read = async (cursor: Cursor | undefined): Promise<{ page: MeasuredPage; reservation: Reservation }> => {
    const limit = budget.pageLimit(settings.limit);
    const reservation = await budget.reserve(limit, signal);
    try {
      const page = await withRetry(() => scan(cursor, limit), settings.retry, signal, settings.onRetry);
      const bytes = budget.measure(page.records);
      reservation.settle(bytes);
      return { page: { ...page, bytes }, reservation };
    } catch (error) {
      reservation.release();
      throw error;
    }
  };
  let pending: ReturnType<typeof read> | undefined = read(from);
  let cursor = from;
  try {
    while (pending !== undefined) {
      const { page, reservation }: Awaited<typeof pending> = await pending;
      pending = undefined;
      try {
        if (page.cursor !== null && page.cursor === cursor) {
          throw new VsmError(
            'INVALID_CURSOR',
            `"${collection.name}": the scan does not move on from cursor "${cursor}"`,
          );
        }
        cursor = page.cursor ?? undefined;
        pending = cursor === undefined ? undefined : read(cursor);
        // Its error is raised when its turn comes, not as an unhandled rejection while the caller still works on this page.
        pending?.catch(() => undefined);
        yield page;
      } finally {
        reservation.release();
      }
    }
  } finally {
    // The caller left early: a page that is still on its way is not wanted any more.
    void pending?.then(({ reservation }) => reservation.release()).catch(() => undefined);
  }
}

/** Runs `work` for every part, at most `concurrency` at once; the first error ends the rest before their next page. */
export async function forEachPart(
  parts: readonly ScanPart[],
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (part: ScanPart, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const limit = pLimit(concurrency);
  const running = parts.map((part) =>
    limit(async () => {
      // Not skipped in silence: a part that was never begun must not look like one that is done.
      if (combined.aborted) throw new VsmError('ABORTED', 'The scan was aborted.', { cause: combined.reason });
      try {
        await work(part, combined);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }),
  );
  const settled = await Promise.allSettled(running);
  if (stop.signal.aborted) throw stop.signal.reason;
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
