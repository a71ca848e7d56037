import type { VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';
import { rejection, type RecordProblem } from './rejections.ts';

/** A record, and what a request says of it. */
export interface RecordLine {
  readonly record: VectorRecord;
  readonly text: string;
}

/** Lines of the records that `print` has a text for, and rejections of those that it has a problem with, each in their order. */
export function printLines(
  records: readonly VectorRecord[],
  print: (record: VectorRecord) => string | RecordProblem,
): { readonly lines: RecordLine[]; readonly rejected: Rejection[] } {
  const lines: RecordLine[] = [];
  const rejected: Rejection[] = [];
  for (const record of records) {
    const printed = print(record);
    if (typeof printed === 'string') lines.push({ record, text: printed });
    else rejected.push(rejection(record, printed));
  }
  return { lines, rejected };
}
