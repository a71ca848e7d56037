/**
 * Moves one part of a collection: pages → pipeline → select → write, and tells what became of each page. It knows nothing of other
 * parts, nor of how pages are remembered.
 */
import { VsmError } from '../errors.ts';
import { formless, type CopiedPage, type MappedRecord } from '../mapping/page.ts';
import type { Pipeline } from '../mapping/pipeline.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { Compared } from '../runs/log.ts';
import type { ByteBudget } from '../scan/byte-budget.ts';
import { scanPages, type PagePlace, type ScanSettings } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import { refuseRounded } from './refuse-rounded.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { CollectionV1, Cursor, ReadableCollection, StoreFacts, UpsertResult } from '../spec/v1.ts';
import { recordProblem } from '../guard/record-check.ts';
import { isThrottled, type RetryPolicy } from '../store/retry.ts';
import type { WritePace } from './pacing.ts';
import { pageResult, type PageResult } from './page-account.ts';
import { writeFirst, type RepeatedIds } from './repeated.ts';
import { writeRecords } from './write.ts';

/** Which of a page's records are to be written, and how all of them compared with those of the target. */
export interface Selected {
  readonly records: readonly MappedRecord[];
  readonly compared: Readonly<Compared>;
}

/** Both ends of a copy, and how records of the one become records of the other. */
export interface CopySides {
  readonly plan: MigrationPlan;
  readonly source: ReadableCollection;
  readonly targetStore: StoreFacts;
  /** Absent in a dry run: everything is mapped and checked, nothing is written. */
  readonly target: CollectionV1 | undefined;
  readonly pipeline: Pipeline;
  /** Leaves out records that need not be written. @default all of them are written */
  readonly select?: ((records: readonly MappedRecord[]) => Promise<Selected>) | undefined;
  /** Is shown each page after it was written, for whoever is to verify it without reading the source again. */
  readonly onCopied?: ((page: CopiedPage, place: PagePlace) => Promise<void>) | undefined;
}

/** What the parts that are copied by one process share. */
export interface PartCopy extends CopySides {
  readonly batchSize: number;
  readonly control?: RunControl | undefined;
  readonly retry: RetryPolicy;
  readonly tracker: ProgressTracker;
  readonly budget: ByteBudget;
  readonly pace: WritePace;
  readonly repeated: RepeatedIds;
  /** Is given each page once all of its records were accepted or rejected by name; the next one waits for it. */
  readonly onPage: (page: PageResult) => Promise<void>;
}

/** Copies a part from where an earlier copy of it stood. Ends with an error before its next page once `signal` is aborted. */
export async function copyPart(
  part: ScanPart,
  from: Cursor | undefined,
  copy: PartCopy,
  signal: AbortSignal,
): Promise<void> {
  const { plan, source, target, pipeline, control, retry, tracker, pace } = copy;
  const reading: ScanSettings = {
    filter: plan.filter,
    limit: copy.batchSize,
    budget: copy.budget,
    include: ['vectors', 'metadata'],
    witness: copy.onCopied !== undefined,
    retry,
    signal,
    onRetry: (error) => tracker.retried({ store: 'source', throttled: isThrottled(error) }),
    onRead: (call) => tracker.observe({ ...call, store: 'source', operation: 'scan' }),
  };
  let index = 0;
  for await (const page of scanPages(source, part, reading, from)) {
    await control?.whileRunning(signal);
    if (signal.aborted) throw new VsmError('ABORTED', 'The copy was aborted.', { cause: signal.reason });
    const mapped = await pipeline.map(page.records);
    const all = mapped.mapped.map(({ stored }) => stored);
    const repeated = copy.repeated.of(all);
    // Whatever a synchronisation finds, of several records with one id the first is the one to compare.
    const first = repeated.size === 0 ? mapped.mapped : mapped.mapped.filter(({ stored }) => !repeated.has(stored));
    const selected = await copy.select?.(first);
    const offered = selected === undefined ? all : [...selected.records.map(({ stored }) => stored), ...repeated];
    const write = refuseRounded(plan.exactVectors, async (records) =>
      target === undefined ? checkOnly(records, copy) : writeRecords(target, records, { pace, retry, signal, tracker }),
    );
    const written = await writeFirst(offered, repeated, write);
    await copy.onPage(pageResult({ part, page, mapped, repeated, offered, written, compared: selected?.compared }));
    const { records, witness } = page;
    const copied = { records, witness, mapped: mapped.mapped, refused: written.rejected, repeated };
    const place = { part: part.key, index, last: page.cursor === null };
    await copy.onCopied?.({ ...copied, formless: formless(mapped) }, place);
    index += 1;
  }
}

function checkOnly(records: readonly VectorRecord[], { plan, targetStore }: CopySides): UpsertResult {
  const rejected = records
    .map((record) => recordProblem(record, plan.schema, targetStore.capabilities))
    .filter((problem) => problem !== undefined);
  return { accepted: records.length - rejected.length, rejected };
}
