import type { ScanRequest, VectorRecord } from '@vsm/core/adapter';
import type { Journal } from './journal.ts';
import { LiveRecords } from './live-records.ts';
import type { Manifest } from './manifest.ts';
import type { FilePage, Position, Range, RecordFile } from './read.ts';

/** Positions from here on are offsets in the journal, those before are places in the file. */
export const JOURNAL: Position = 2 ** 51;

const INDEX_PAGE = 10_000;

/** Where every record lies: all ids of the file, then whatever the journal says about them. */
export async function indexRecords(
  file: RecordFile | undefined,
  manifest: Manifest | undefined,
  journal: Journal | undefined,
  onRecord: (record: VectorRecord) => void,
): Promise<LiveRecords> {
  const live = new LiveRecords(manifest);
  for (let from: Position | undefined = file === undefined ? undefined : 0; from !== undefined;) {
    const page: FilePage | undefined = await file?.read({ from, to: JOURNAL }, INDEX_PAGE, []);
    for (const [at, record] of page?.records.entries() ?? []) live.found(record, page?.positions[at] as Position);
    from = page?.next;
  }
  for await (const { offset, entry } of journal?.replay() ?? []) {
    live.apply(entry, JOURNAL + offset);
    if ('record' in entry) onRecord(entry.record);
  }
  return live;
}

/** The records of a page that nothing written later has replaced. */
export function livePage(page: FilePage, live: LiveRecords): FilePage {
  const kept = page.records.map((record, at) => live.isLive(record, page.positions[at] as Position));
  return {
    records: page.records.filter((_, at) => kept[at]),
    positions: page.positions.filter((_, at) => kept[at]),
    next: page.next,
  };
}

/** Like a page of a file, from the journal. */
export async function journalPage(
  journal: Journal,
  { from, to }: Range,
  limit: number,
  include: ScanRequest['include'],
): Promise<FilePage> {
  const records: VectorRecord[] = [];
  const positions: Position[] = [];
  for await (const { offset, entry } of journal.from(Math.max(0, from - JOURNAL))) {
    if (JOURNAL + offset >= to) break;
    if (records.length === limit) return { records, positions, next: JOURNAL + offset };
    if ('deleted' in entry) continue;
    records.push(selected(entry.record, include));
    positions.push(JOURNAL + offset);
  }
  return { records, positions, next: undefined };
}

function selected(record: VectorRecord, include: ScanRequest['include']): VectorRecord {
  const { id, namespace } = record;
  return {
    ...(include.includes('metadata') ? record : { id, namespace, metadata: {} }),
    vectors: include.includes('vectors') ? record.vectors : {},
  };
}
