/** What adapters say of records that a collection cannot take. */
import type { VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';

/** Why a record cannot be written. */
export type RecordProblem = Pick<Rejection, 'reason' | 'detail'>;

export function isProblem(made: object | string | undefined): made is RecordProblem {
  return typeof made === 'object' && 'reason' in made && 'detail' in made;
}

export function rejection({ id, namespace }: VectorRecord, { reason, detail }: RecordProblem): Rejection {
  return { id, ...(namespace !== undefined && { namespace }), reason, detail };
}

/** Those of the records that cannot be made what is written; `make` makes it, or says why not, or says nothing. */
export function rejectedRows(
  records: readonly VectorRecord[],
  make: (record: VectorRecord) => object | string | undefined,
): Rejection[] {
  return records.flatMap((record) => {
    const made = make(record);
    return isProblem(made) ? [rejection(record, made)] : [];
  });
}
