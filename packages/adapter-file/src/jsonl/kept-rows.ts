interface Placed {
  readonly position: number;
}

/** Rows that are read one after the other, and the one that comes next. */
interface OpenRows<Row extends Placed> {
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

  /** The rows at these positions, which ascend. `begin` reads from the beginning of the file. */
  async *at(
    positions: readonly number[],
    begin: () => Promise<Omit<OpenRows<Row>, 'next'>>,
  ): AsyncGenerator<Pick<OpenRows<Row>, 'next' | 'number'>, void, undefined> {
    const [first, last] = [positions[0], positions.at(-1)];
    if (first === undefined || last === undefined) return;
    const wanted = new Set(positions);
    const kept = this.#take(first);
    const { rows, number: before } = kept ?? (await begin());
    let [number, isKept] = [before, false];
    try {
      let next = kept === undefined ? await rows.next() : { done: false as const, value: kept.next };
      for (; next.done !== true && next.value.position <= last; next = await rows.next()) {
        if (wanted.has(next.value.position)) yield { next: next.value, number };
        number += 1;
      }
      isKept = next.done !== true;
      if (next.done !== true) await this.#keep({ rows, next: next.value, number });
    } finally {
      if (!isKept) await rows.return();
    }
  }

  async close(): Promise<void> {
    for (const { rows } of this.#kept.splice(0)) await rows.return();
  }

  /** The one nearest before a position; it is the caller's own from now on. */
  #take(position: number): OpenRows<Row> | undefined {
    const before = this.#kept.filter(({ next }) => next.position <= position);
    const nearest = before.toSorted((left, right) => right.next.position - left.next.position)[0];
    this.#kept = this.#kept.filter((one) => one !== nearest);
    return nearest;
  }

  async #keep(open: OpenRows<Row>): Promise<void> {
    this.#kept.push(open);
    if (this.#kept.length > MOST) await this.#kept.shift()?.rows.return();
  }
}
