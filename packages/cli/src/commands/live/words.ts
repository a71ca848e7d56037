import { recordKey, recordOfKey } from '@vsm/core';
import type { ListedRecord } from '@vsm/live';

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
