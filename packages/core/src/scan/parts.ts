import { encodeText } from '../store/encode-text.ts';
import pLimit from 'p-limit';
import { VsmError } from '../errors.ts';
import type { Filter, Partition, ReadableCollection } from '../spec/v1.ts';

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

/** Splits the selected records of a collection into about `target` parts. */
export async function scanParts(
  collection: ReadableCollection,
  target: number,
  selection: ScanSelection & { readonly signal?: AbortSignal | undefined },
): Promise<ScanPart[]> {
  const parts: ScanPart[] = [];
  for (const namespace of selection.namespaces ?? [undefined]) {
    const prefix = namespace === undefined ? '' : `${encodeText(namespace)}/`;
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

/** Is told of parts that are worked on, by their place among all that are. */
export interface PartListener {
  begun(part: ScanPart, index: number): void;
  ended(index: number, error?: unknown): void;
}

/** Runs `work` for every part, at most `concurrency` at once; the first error ends the rest before their next page. */
export async function forEachPart(
  parts: readonly ScanPart[],
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (part: ScanPart, signal: AbortSignal) => Promise<void>,
  listener?: PartListener,
): Promise<void> {
  const stop = new AbortController();
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const limit = pLimit(concurrency);
  const running = parts.map((part, index) =>
    limit(async () => {
      // Not skipped in silence: a part that was never begun must not look like one that is done.
      if (combined.aborted) throw new VsmError('ABORTED', 'The scan was aborted.', { cause: combined.reason });
      listener?.begun(part, index);
      try {
        await work(part, combined);
        listener?.ended(index);
      } catch (error) {
        listener?.ended(index, error);
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
