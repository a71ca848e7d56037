/** What the adapters of databases with tables have in common, whatever their dialect. */
import { refusalOf } from './batches.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { FieldType, JsonObject, MetadataIndex, Metric, Rejection } from '../spec/v1.ts';

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
  /** What is wrong with the data; `undefined` for failures that are of no row, which end the write. Default: {@link refusalOf}. */
  readonly problemOf?: ((error: unknown) => string | undefined) | undefined;
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
    const refusal = halving.problemOf === undefined ? refusalOf(error) : undefined;
    const detail = refusal?.message ?? halving.problemOf?.(error);
    if (detail === undefined) throw error;
    if (rows.length === 1) {
      const { id, namespace } = first.record;
      halving.rejected.push({ id, namespace, reason: refusal?.tooLarge === true ? 'too-large' : 'refused', detail });
      return 0;
    }
    const middle = Math.ceil(rows.length / 2);
    const before = await writeHalving(rows.slice(0, middle), halving);
    return before + (await writeHalving(rows.slice(middle), halving));
  }
}
