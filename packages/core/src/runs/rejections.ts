import { recordKey } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';
import type { RejectedRecord } from './log.ts';

const LISTED_REJECTIONS = 100;

/** The rejected records of a run, each once, however often its page was written. */
export class Rejections {
  /** The first of them, to be listed. */
  readonly listed: Rejection[] = [];
  /** Keys of those that the target refused as they were to be stored, so that nobody expects them there. */
  readonly byTarget: Set<string> = new Set();
  /** Keys of those that had the id of another record of their page, which went: that one is expected. */
  readonly doubled: Set<string> = new Set();
  readonly #byLayout = new Set<string>();

  add(records: readonly RejectedRecord[]): void {
    for (const { rejection, by } of records) {
      const doubled = rejection.reason === 'duplicate-id';
      const seen = by === 'layout' ? this.#byLayout : doubled ? this.doubled : this.byTarget;
      const key = recordKey(rejection);
      if (seen.has(key)) continue;
      seen.add(key);
      if (this.listed.length < LISTED_REJECTIONS) this.listed.push(rejection);
    }
  }
}
