import type { VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';

/** A record, and what a request says of it. */
export interface RecordLine {
  readonly record: VectorRecord;
  readonly text: string;
}

/** Lines of the records that `print` has a text for, and rejections of those that it has a problem with, each in their order. */
export function printLines(
  records: readonly VectorRecord[],
  print: (record: VectorRecord) => string | Pick<Rejection, 'reason' | 'detail'>,
): { readonly lines: RecordLine[]; readonly rejected: Rejection[] } {
  const lines: RecordLine[] = [];
  const rejected: Rejection[] = [];
  for (const record of records) {
    const printed = print(record);
    const { id, namespace } = record;
    if (typeof printed === 'string') lines.push({ record, text: printed });
    else rejected.push({ id, ...(namespace !== undefined && { namespace }), ...printed });
  }
  return { lines, rejected };
}
