import type { Capabilities } from '../spec/v1.ts';
import type { Headroom } from './headroom.ts';

/** What a run asks of one side. */
export interface SideTraffic {
  /** Records that pages of all of it give, over all passes. */
  readonly scanned: number;
  /** Records that are asked for by their ids. */
  readonly fetched: number;
  readonly written: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** At the least: a store may need several for a page. */
  readonly readRequests: number;
  readonly writeRequests: number;
  /** What lies there afterwards. */
  readonly bytesStored: number;
}

/** What a run asks of both sides, extrapolated from the sample. */
export interface Traffic {
  readonly source: SideTraffic;
  readonly target: SideTraffic;
  /** What the numbers rest on. */
  readonly basis: string;
}

interface Moved {
  readonly totalVectors: number;
  /** Of the source, in memory. */
  readonly bytesPerRecord: number;
  readonly headroom: Pick<Headroom, 'vectorBytes' | 'metadataBytes'>;
  readonly limits: Capabilities['limits'];
}

/** Records a page, as a run has them unless it is told otherwise. */
const PAGE = 1000;

/** Of a run that copies all and verifies all values: the source is read twice, and the target once, by ids. */
export function trafficOf({ totalVectors, bytesPerRecord, headroom, limits }: Moved): Traffic {
  const requests = (most = PAGE): number => Math.ceil(totalVectors / Math.min(PAGE, most));
  const stored = headroom.vectorBytes + headroom.metadataBytes;
  const nothing = { scanned: 0, fetched: 0, written: 0, bytesWritten: 0, writeRequests: 0 };
  return {
    source: {
      ...nothing,
      scanned: 2 * totalVectors,
      bytesRead: 2 * totalVectors * bytesPerRecord,
      readRequests: 2 * requests(),
      bytesStored: totalVectors * bytesPerRecord,
    },
    target: {
      ...nothing,
      fetched: totalVectors,
      written: totalVectors,
      bytesRead: stored,
      bytesWritten: stored,
      readRequests: requests(limits.fetchIds),
      writeRequests: requests(limits.upsertBatch),
      bytesStored: stored,
    },
    basis: `${totalVectors} records in pages of ${PAGE}, each read from the source twice and from the target once, to copy and to verify all values`,
  };
}
