import type { VectorRecord } from '@vsm/core/adapter';
import { keyOf } from './doubles.ts';

interface Waiting {
  readonly records: readonly VectorRecord[];
  readonly replace: boolean;
  isWritten: boolean;
}

/**
 * Batches that wait for the same table are written as one: each write makes a version of its own, with a file of its own. What fails
 * together is written again one by one, so that each batch has its own error.
 */
export class JoinedWrites {
  readonly #inTurn: (work: () => Promise<void>) => Promise<void>;
  readonly #write: (records: readonly VectorRecord[], replace: boolean) => Promise<void>;
  #waiting: Waiting[] = [];

  constructor(
    inTurn: (work: () => Promise<void>) => Promise<void>,
    write: (records: readonly VectorRecord[], replace: boolean) => Promise<void>,
  ) {
    this.#inTurn = inTurn;
    this.#write = write;
  }

  async write(records: readonly VectorRecord[], replace: boolean): Promise<void> {
    const mine: Waiting = { records, replace, isWritten: false };
    this.#waiting.push(mine);
    try {
      await this.#inTurn(() => this.#writeWithOthers(mine));
    } finally {
      // Whose turn never came was told so, and must not be written with others later.
      this.#waiting = this.#waiting.filter((one) => one !== mine);
    }
  }

  async #writeWithOthers(mine: Waiting): Promise<void> {
    if (mine.isWritten) return;
    const joined = this.#joinable();
    if (joined.length > 1 && joined.includes(mine)) {
      try {
        await this.#write(
          joined.flatMap((one) => one.records),
          mine.replace,
        );
        for (const one of joined) one.isWritten = true;
        return;
      } catch {
        // Each writes its own in its turn.
      }
    }
    await this.#write(mine.records, mine.replace);
  }

  /** Takes from the queue what can be one write: each record once, as the store has no order of rows, and all of one mode. */
  #joinable(): readonly Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 1) return waiting;
    const keys = new Set<string>();
    const sizes = waiting.reduce((total, { records }) => total + records.length, 0);
    for (const { records } of waiting) for (const record of records) keys.add(keyOf(record));
    return keys.size === sizes && new Set(waiting.map(({ replace }) => replace)).size === 1 ? waiting : [];
  }
}
