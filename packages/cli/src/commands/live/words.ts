import { recordKey, recordOfKey } from '@vsm/core';
import type { ListedRecord, MarkRates } from '@vsm/live';
import { duration } from '@vsm/report/text';

/** By its id alone, or by its key where it is in a namespace. */
export function calledBy(key: string): string {
  return key.replace(/^\//, '');
}

/** The keys that such a word may mean, the likelier one first. */
export function keysCalled(word: string): readonly string[] {
  return [recordKey({ id: word }), ...(recordOfKey(word) === undefined ? [] : [word])];
}

export function calledRecord(record: ListedRecord): string {
  return calledBy(recordKey(record));
}

/** Times of a journal, as seconds before its clock. */
export function secondsAgo(now: number): (at: number) => string {
  return (at) => `${Math.max(0, Math.round((now - at) / 1000))} s ago`;
}

/** How fast marks come and are drained, and when all are. */
export function ratesText({ inPerSecond, outPerSecond, drainedInMs, fallsBehind }: MarkRates): string {
  const rates = `${inPerSecond.toFixed(1)} marks/s in, ${outPerSecond.toFixed(1)} out`;
  if (fallsBehind) return `${rates}: not converging, for five minutes no fewer came than were drained`;
  if (drainedInMs === undefined || drainedInMs === 0) return rates;
  return `${rates}, drained in about ${duration(drainedInMs / 1000)}`;
}
