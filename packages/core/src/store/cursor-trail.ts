import { VsmError } from '../errors.ts';
import type { Cursor, ScanPage } from '../spec/v1.ts';
import { shorten } from './shorten.ts';

/** A place that comes back once may be that of a store which began anew meanwhile, such as after a failover. */
const CHANCE = 1;

/**
 * Follows the cursors of one scan, and ends a scan that goes round in a circle. Of all cursors it remembers two, however many pages there
 * are: Brent's way of finding a cycle. Nothing is compared but whole cursors, so that no other scan is ever ended.
 */
export class CursorTrail {
  readonly #collection: string;
  #last: Cursor | undefined;
  #marked: Cursor | undefined;
  #pages = 0;
  #sinceMark = 0;
  #markedFor = 1;
  #seenAgain = 0;

  /** `from`: where the scan goes on. */
  constructor(collection: string, from?: Cursor) {
    this.#collection = collection;
    this.#last = from;
    this.#marked = from;
  }

  /**
   * To be told of every page before it is used.
   * @returns the cursor to go on with, `undefined` after the last page
   * @throws VsmError with code `INVALID_DATA` where the pages do not end
   */
  next({ cursor }: Pick<ScanPage, 'cursor'>): Cursor | undefined {
    this.#pages += 1;
    if (cursor === null) return undefined;
    if (cursor === this.#marked) this.#seenAgain += 1;
    if (cursor === this.#last || this.#seenAgain > CHANCE) throw this.#endless(cursor);
    this.#last = cursor;
    this.#sinceMark += 1;
    if (this.#sinceMark === this.#markedFor) {
      this.#marked = cursor;
      this.#seenAgain = 0;
      this.#sinceMark = 0;
      this.#markedFor *= 2;
    }
    return cursor;
  }

  #endless(cursor: Cursor): VsmError {
    const found = `after ${this.#pages} pages the store gave the cursor ${shorten(cursor)} again, so that its pages go round in a circle`;
    const toDo =
      'Look for a proxy or a cache before the server that answers every page alike, or for a fault of the adapter; then begin anew, since what was read of the circle counts more than once.';
    return new VsmError('INVALID_DATA', `Cannot read "${this.#collection}" to its end: ${found}. ${toDo}`);
  }
}
