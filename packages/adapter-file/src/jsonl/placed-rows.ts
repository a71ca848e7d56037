import type { Position } from '../read.ts';
import type { Form, Row } from './forms.ts';
import { PIECE_BYTES, type LineFile } from './line-file.ts';
import type { Line } from './lines.ts';
import { members } from './top-level.ts';

export type Rows = AsyncGenerator<PlacedRow, void, undefined>;

export interface PlacedRow {
  /** Of a record within a line: the offset of the line and its number in it, which is less than the line is long. */
  readonly position: Position;
  readonly line: Line;
  readonly row: Row;
}

/** A file, and what its lines are. */
export interface Formed {
  readonly file: LineFile;
  readonly form: Form;
}

/** Rows from a position on, which may lie within a line. */
export async function* placedRows({ file, form }: Formed, from: Position, chunkBytes?: number): Rows {
  const start = form.many && file.format === 'jsonl' ? await file.lineOf(from) : from;
  for await (const line of file.lines(start, chunkBytes)) {
    try {
      const parsed = members(file.text(line));
      const found = form.fits(parsed) ? form.rows(parsed) : [parsed];
      for (const [at, row] of found.entries()) {
        if (line.position + at >= from) yield { position: line.position + at, line, row };
      }
    } catch (cause) {
      throw await file.damage(line, cause);
    }
  }
}

/** Rows that lie one behind the other are read in one go. */
export async function* rowsAt(formed: Formed, positions: readonly Position[]): Rows {
  let rows: Rows | undefined;
  try {
    for (const position of positions) {
      // What is damaged between two of them was not asked for.
      let next = await rows?.next().catch(() => undefined);
      if (next?.value?.position !== position) {
        await rows?.return();
        rows = placedRows(formed, position, PIECE_BYTES);
        next = await rows.next();
      }
      if (next.done !== true) yield next.value;
    }
  } finally {
    await rows?.return();
  }
}
