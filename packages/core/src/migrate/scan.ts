import pLimit from 'p-limit';
import { VsmError } from '../errors.ts';
import type { CollectionV1, Cursor, Filter, Partition, ScanPage, ScanRequest } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from './retry.ts';

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
  readonly limit: number;
  readonly include: ScanRequest['include'];
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** Splits the selected records of a collection into about `target` parts. */
export async function scanParts(
  collection: CollectionV1,
  target: number,
  selection: ScanSelection & { readonly retry: RetryPolicy; readonly signal?: AbortSignal | undefined },
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
    const partitions = await withRetry(() => split(target, request, { signal }), selection.retry, signal);
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
): AsyncGenerator<ScanPage, void, void> {
  const read = (cursor: Cursor | undefined): Promise<ScanPage> =>
    withRetry(
      () =>
        collection.scan(
          {
            partition: part.partition,
            namespace: part.namespace,
            filter: settings.filter,
            cursor,
            limit: settings.limit,
            include: settings.include,
          },
          { signal: settings.signal },
        ),
      settings.retry,
      settings.signal,
      settings.onRetry,
    );
  let pending: Promise<ScanPage> | undefined = read(from);
  let cursor = from;
  while (pending !== undefined) {
    const page: ScanPage = await pending;
    if (page.cursor !== null && page.cursor === cursor) {
      throw new VsmError('INVALID_CURSOR', `"${collection.name}": the scan does not move on from cursor "${cursor}"`);
    }
    cursor = page.cursor ?? undefined;
    pending = cursor === undefined ? undefined : read(cursor);
    // Its error is raised when its turn comes, not as an unhandled rejection while the caller still works on this page.
    pending?.catch(() => undefined);
    yield page;
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
      if (combined.aborted) return;
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
