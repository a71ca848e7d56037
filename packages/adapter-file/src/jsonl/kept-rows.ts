interface Placed {
  readonly position: number;
}

/** Rows that are read one after the other, and the one that comes next. */
export interface OpenRows<Row extends Placed> {
  readonly rows: AsyncGenerator<Row, void, undefined>;
  readonly next: Row;
  /** How many rows came before it. */
  readonly number: number;
}

/** As many parts of a source as are verified at once. */
const MOST = 4;

/**
 * Places in a file that can only be read from its beginning, kept open where somebody stopped: whoever wants what follows goes on there.
 * Records that are fetched in the order of the file are so read once in all, and not once a fetch.
 */
export class KeptRows<Row extends Placed> {
  #kept: OpenRows<Row>[] = [];

  /** The one nearest before a position; it is the caller's own from now on. */
  take(position: number): OpenRows<Row> | undefined {
    const before = this.#kept.filter(({ next }) => next.position <= position);
    const nearest = before.toSorted((left, right) => right.next.position - left.next.position)[0];
    this.#kept = this.#kept.filter((one) => one !== nearest);
    return nearest;
  }

  async keep(open: OpenRows<Row>): Promise<void> {
    this.#kept.push(open);
    if (this.#kept.length > MOST) await this.#kept.shift()?.rows.return();
  }

  async close(): Promise<void> {
    for (const { rows } of this.#kept.splice(0)) await rows.return();
  }
}
