import type { ColumnMetaData, SchemaTree } from 'hyparquet';
import type { ByteSource } from '../../byte-source.ts';
import { pagesOf, type RawPage } from './page.ts';
import { hybrid, valuesOf, type Stored, type Values } from './values.ts';

/** What one row holds of a column: nothing, one value, or a list in which a value may be missing. */
export type Cell = null | Stored | readonly (Stored | null)[];

/** A column of single values, or of plain lists of them. */
export interface Leaf {
  readonly type: string;
  readonly length: number | undefined;
  readonly isList: boolean;
  /** The level of a value that is there. */
  readonly most: number;
  /** Of a list that is there and empty. */
  readonly empty: number;
}

interface OpenPage {
  readonly firstRow: number;
  /** The slots at which rows begin, and how many values come before each. */
  readonly starts: readonly number[];
  readonly valueStarts: readonly number[];
  readonly slots: number;
  readonly levels: Uint32Array | undefined;
  readonly values: Values;
  /** In version 1 the last row of a page may go on in the next one. */
  readonly mayGoOn: boolean;
}

/** @param path from below the root to a leaf. `undefined` for other shapes than lists of single values. */
export function leafOf(path: readonly SchemaTree[]): Leaf | undefined {
  const kinds = path.map(({ element }) => element.repetition_type);
  const element = path.at(-1)?.element;
  const repeated = kinds.indexOf('REPEATED');
  if (element?.type === undefined || kinds.lastIndexOf('REPEATED') !== repeated) return undefined;
  const levels = (some: readonly (string | undefined)[]): number => some.filter((kind) => kind !== 'REQUIRED').length;
  const isList = repeated !== -1;
  return {
    type: element.type,
    length: element.type_length,
    isList,
    most: levels(kinds),
    empty: isList ? levels(kinds.slice(0, repeated)) : 0,
  };
}

/** Reads single rows of one column of a row group, in ascending order, by a decoder of its own: plain, and not fast. */
export class PlainColumn {
  readonly #leaf: Leaf;
  readonly #pages: AsyncGenerator<RawPage, void, undefined>;
  #dictionary: Values | undefined;
  #open: OpenPage[] = [];
  #nextRow = 0;

  constructor(source: ByteSource, chunk: ColumnMetaData, leaf: Leaf) {
    this.#leaf = leaf;
    this.#pages = pagesOf(source, chunk);
  }

  /** `undefined` where this road does not read what the column is encoded in. */
  async row(row: number): Promise<Cell | undefined> {
    this.#open = this.#open.filter(({ firstRow, starts }) => firstRow + starts.length > row);
    while (this.#nextRow <= row) if (!(await this.#load(row))) return undefined;
    const [page] = this.#open;
    if (page === undefined) return undefined;
    const { isList, most, empty } = this.#leaf;
    const at = row - page.firstRow;
    const from = page.starts[at] ?? 0;
    const items = slotsOf(page, from, page.starts[at + 1] ?? page.slots, page.valueStarts[at] ?? 0, most);
    if (!isList) return items[0] ?? null;
    for (let next = 1; page.mayGoOn && at === page.starts.length - 1; next += 1) {
      if (this.#open[next] === undefined && !(await this.#load(row))) break;
      const following = this.#open[next];
      if (following === undefined) break;
      items.push(...slotsOf(following, 0, following.starts[0] ?? following.slots, 0, most));
      if (following.starts.length > 0) break;
    }
    const level = page.levels?.[from] ?? most;
    if (items.length > 1 || level > empty) return items;
    return level < empty || empty === 0 ? null : [];
  }

  /** Pages of which no row is wanted are passed over, where their headers tell. */
  async #load(wanted: number): Promise<boolean> {
    const { done, value: page } = await this.#pages.next();
    if (done === true) return false;
    const { type, length = 0, isList, most } = this.#leaf;
    if (page.kind === 'dictionary') {
      const read = await page.read();
      this.#dictionary = read && valuesOf(read.body, { encoding: 0, type, length }, page.values, undefined);
      return true;
    }
    if (page.kind === 'other') return true;
    const known = isList ? page.rows : page.values;
    if (known !== undefined && this.#nextRow + known <= wanted) {
      this.#nextRow += known;
      return true;
    }
    const read = await page.read();
    if (read === undefined) return false;
    const { repetition, definition, body } = pieces(page, read, isList, most > 0);
    const marks = isList ? hybrid(repetition, 1, page.values) : undefined;
    const levels = most > 0 ? hybrid(definition, 32 - Math.clz32(most), page.values) : undefined;
    const [starts, valueStarts]: [number[], number[]] = [[], []];
    let stored = 0;
    for (let slot = 0; slot < page.values; slot += 1) {
      if (marks === undefined || marks[slot] === 0) {
        starts.push(slot);
        valueStarts.push(stored);
      }
      if (levels === undefined || levels[slot] === most) stored += 1;
    }
    const values = valuesOf(body, { encoding: page.encoding, type, length }, stored, this.#dictionary);
    if (values === undefined) return false;
    const mayGoOn = page.kind === 'data';
    this.#open.push({ firstRow: this.#nextRow, starts, valueStarts, slots: page.values, levels, values, mayGoOn });
    this.#nextRow += starts.length;
    return true;
  }
}

function slotsOf(
  { levels, values }: OpenPage,
  from: number,
  to: number,
  firstValue: number,
  most: number,
): (Stored | null)[] {
  let at = firstValue;
  return Array.from({ length: to - from }, (_, slot) => {
    if (levels !== undefined && levels[from + slot] !== most) return null;
    at += 1;
    return values(at - 1);
  });
}

/** In version 1 the levels stand before the values, each with its length. */
function pieces(
  page: RawPage,
  { levels, body }: { readonly levels: Uint8Array; readonly body: Uint8Array },
  isRepeated: boolean,
  hasLevels: boolean,
): { readonly repetition: Uint8Array; readonly definition: Uint8Array; readonly body: Uint8Array } {
  if (page.kind === 'data-v2') {
    const end = page.repetitionBytes + page.definitionBytes;
    return {
      repetition: levels.subarray(0, page.repetitionBytes),
      definition: levels.subarray(page.repetitionBytes, end),
      body,
    };
  }
  let at = 0;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const take = (isThere: boolean): Uint8Array => {
    if (!isThere) return body.subarray(0, 0);
    const end = at + 4 + view.getUint32(at, true);
    const found = body.subarray(at + 4, end);
    at = end;
    return found;
  };
  return { repetition: take(isRepeated), definition: take(hasLevels), body: body.subarray(at) };
}
