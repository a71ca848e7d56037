import type { Position } from '../read.ts';
import { placedRows, type Formed } from './placed-rows.ts';

/** Numbers of rows, of which ids are made where a file has none. */
export class RowNumbers {
  /** At the end of each page that was read. */
  readonly #known = new Map<Position, number>();

  remember(position: Position, number: number): void {
    this.#known.set(position, number);
  }

  /** @param before Rows of the files before this one. */
  async at(position: Position, before: number, formed: Formed): Promise<number> {
    if (position === 0) return before;
    const known = this.#known.get(position);
    if (known !== undefined) return known;
    let number = before;
    for await (const row of placedRows(formed, 0)) {
      if (row.position >= position) break;
      number += 1;
    }
    return number;
  }
}
