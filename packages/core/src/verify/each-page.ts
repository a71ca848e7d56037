import type { ProgressTracker } from '../progress/tracker.ts';
import { ByteBudget } from '../scan/byte-budget.ts';
import { scanPages, type MeasuredPage, type PagePlace, type ScanSettings } from '../scan/pages.ts';
import { forEachPart, scanParts, type ScanPart } from '../scan/parts.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { ReadableCollection } from '../spec/v1.ts';
import { isThrottled } from '../store/retry.ts';

/** How a collection is read, and who is told of it. */
interface Reading extends Pick<ScanSettings, 'namespaces' | 'filter' | 'include' | 'witness' | 'retry'> {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  /** About as large as a record is in memory. */
  readonly bytesPerRecord: number;
  readonly tracker: ProgressTracker;
  /** As what the tracker hears of it. */
  readonly side: 'source' | 'target';
  /** Only these. @default all of the collection */
  readonly parts?: readonly ScanPart[] | undefined;
  readonly control?: RunControl | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a collection in parallel parts. */
export async function readEachPage(
  collection: ReadableCollection,
  reading: Reading,
  work: (page: MeasuredPage, place: PagePlace) => Promise<void> | void,
): Promise<void> {
  const { namespaces, filter, include, witness, retry, concurrency, tracker, side, control, signal } = reading;
  const settings: Omit<ScanSettings, 'signal'> = {
    namespaces,
    filter,
    limit: reading.batchSize,
    budget: new ByteBudget(reading.maxBytesInFlight, concurrency, reading.bytesPerRecord),
    include,
    witness,
    retry,
    onRetry: (error) => tracker.retried({ store: side, throttled: isThrottled(error) }),
    onRead: (call) => tracker.observe({ ...call, store: side, operation: 'scan' }),
  };
  const parts = reading.parts ?? (await scanParts(collection, concurrency, { ...settings, signal }));
  const read = async (part: ScanPart, stop: AbortSignal): Promise<void> => {
    let index = 0;
    for await (const page of scanPages(collection, part, { ...settings, signal: stop })) {
      await control?.whileRunning(stop);
      await work(page, { part: part.key, index, last: page.cursor === null });
      index += 1;
    }
  };
  await forEachPart(parts, concurrency, signal, read, tracker.partsOf(side));
}
