/** What the adapters of databases with tables have in common, whatever their dialect. */
import { VsmError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { FieldType, JsonObject, MetadataIndex, Metric, Partition, Rejection } from '../spec/v1.ts';

/** What VSM keeps with a table that it made: what no catalog knows. */
export interface TableManifest {
  readonly vsm: 1;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly namespaces?: boolean | undefined;
  readonly fields?: Readonly<Record<string, FieldType>> | undefined;
  readonly indexes?: readonly MetadataIndex[] | undefined;
  readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}

interface Halving<Row> {
  /** All of them or none. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  /** What is wrong with the data; `undefined` for failures that are of no row, which end the write. */
  readonly problemOf: (error: unknown) => string | undefined;
  /** Gets what is refused. */
  readonly rejected: Rejection[];
}

/** Writes rows together; a batch that is refused is halved until the record is found. How many were written. */
export async function writeHalving<Row extends { readonly record: VectorRecord }>(
  rows: readonly Row[],
  halving: Halving<Row>,
): Promise<number> {
  const [first] = rows;
  if (first === undefined) return 0;
  try {
    await halving.write(rows);
    return rows.length;
  } catch (error) {
    const detail = halving.problemOf(error);
    if (detail === undefined) throw error;
    if (rows.length === 1) {
      const { id, namespace } = first.record;
      halving.rejected.push({ id, namespace, reason: 'refused', detail });
      return 0;
    }
    const middle = Math.ceil(rows.length / 2);
    const before = await writeHalving(rows.slice(0, middle), halving);
    return before + (await writeHalving(rows.slice(middle), halving));
  }
}

/** The texts of an id or a place of so many parts; `undefined` where it is no such list. */
export function parseTexts(text: string, length: number): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const fits = Array.isArray(parsed) && parsed.length === length && parsed.every((item) => typeof item === 'string');
    return fits ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Which rows a scan reads: those with keys from `from` up to, but without, `to`. */
export interface KeyRange<Place> {
  readonly from?: Place | undefined;
  readonly to?: Place | undefined;
}

/** @throws VsmError with code `INVALID_OPTIONS` for a partition that is not of this table */
export function keyRangeOf<Place>({ id }: Partition, adapter: string, table: string): KeyRange<Place> {
  try {
    const range: unknown = JSON.parse(id);
    if (typeof range === 'object' && range !== null) return range;
  } catch {
    // Said below.
  }
  throw new VsmError('INVALID_OPTIONS', `${adapter}: "${id}" is not a partition of table "${table}"`, { adapter });
}
