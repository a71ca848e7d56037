import type { Cursor, ReadableCollection, ScanPage, ScanRequest } from '../spec/v1.ts';
import type { RemoteError } from '../errors.ts';
import { CursorTrail } from '../store/cursor-trail.ts';
import { withRetry, type RetryPolicy } from '../store/retry.ts';
import type { ByteBudget, Reservation } from './byte-budget.ts';
import type { ScanPart, ScanSelection } from './parts.ts';
import { withoutDepths } from './record-bytes.ts';
import { timed, type TimedCall } from './timed.ts';

export interface ScanSettings extends ScanSelection {
  /** Records of a page, at the most; the budget may ask for fewer. */
  readonly limit: number;
  readonly budget: ByteBudget;
  readonly include: ScanRequest['include'];
  /** Whether pages are to carry figures of their own. */
  readonly witness?: boolean | undefined;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: ((error: RemoteError) => void) | undefined;
  /** Is told of every try. */
  readonly onRead?: ((call: TimedCall) => void) | undefined;
}

export interface MeasuredPage extends ScanPage {
  /** Approximate size in memory of its records. */
  readonly bytes: number;
}

/** Where a page lies in its part. */
export interface PagePlace {
  readonly part: string;
  readonly index: number;
  readonly last: boolean;
}

/**
 * Reads one part page by page, the next page on its way while the caller works on the last one.
 * `from` continues where an earlier scan of the same part stood.
 * @throws VsmError with code `INVALID_DATA` where the pages of the store do not end
 */
export async function* scanPages(
  collection: ReadableCollection,
  part: ScanPart,
  settings: ScanSettings,
  from?: Cursor,
): AsyncGenerator<MeasuredPage, void, void> {
  const { budget, signal, onRead } = settings;
  const scan = (cursor: Cursor | undefined, limit: number): Promise<ScanPage> => {
    const { partition, namespace } = part;
    const { filter, include, witness } = settings;
    return timed(
      () => collection.scan({ partition, namespace, filter, cursor, limit, include, witness }, { signal }),
      ({ records }) => records.length,
      onRead,
    );
  };
  const read = async (cursor: Cursor | undefined): Promise<{ page: MeasuredPage; reservation: Reservation }> => {
    const limit = budget.pageLimit(settings.limit);
    const reservation = await budget.reserve(limit, signal);
    try {
      const page = await withRetry(() => scan(cursor, limit), settings.retry, signal, settings.onRetry);
      const measured = measure(page, budget);
      reservation.settle(measured.bytes);
      return { page: measured, reservation };
    } catch (error) {
      reservation.release();
      throw error;
    }
  };
  let pending: ReturnType<typeof read> | undefined = read(from);
  const trail = new CursorTrail(collection.name, from);
  try {
    while (pending !== undefined) {
      const { page, reservation }: Awaited<typeof pending> = await pending;
      pending = undefined;
      try {
        const cursor = trail.next(page);
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

function measure(page: ScanPage, budget: ByteBudget): MeasuredPage {
  const bytes = budget.measure(page.records);
  return Number.isNaN(bytes) ? measure({ ...page, records: withoutDepths(page.records) }, budget) : { ...page, bytes };
}
