import type { CollectionSchema, Rejection, VectorRecord } from '@vsm/core/adapter';
import { doublesOf } from './doubles.ts';
import { frameProblem } from './frames.ts';
import { isDirectory } from './medium.ts';
import { lineProblem } from './jsonl/jsonl-writer.ts';
import { MAX_LINE_BYTES, type FileOptions } from './options.ts';
import type { Place } from './place.ts';

/** Parts records that a place can take from those it cannot: whatever is accepted can be written, and what is written can be read. */
export function sift(
  records: readonly VectorRecord[],
  { format, form }: Place,
  { maxLineBytes = MAX_LINE_BYTES }: FileOptions,
  schema: Pick<CollectionSchema, 'vectors'>,
): { taken: readonly VectorRecord[]; rejected: readonly Rejection[] } {
  const hasLines = format !== 'parquet' && !isDirectory(format);
  const doubles = doublesOf(schema);
  const rejected: Rejection[] = [];
  const taken = records.filter((record) => {
    const detail = frameProblem(record) ?? (hasLines ? lineProblem(record, maxLineBytes, doubles) : undefined);
    const refusal = detail === undefined ? form?.refusal(record) : ({ reason: 'too-large', detail } as const);
    if (refusal === undefined) return true;
    rejected.push({ id: record.id, namespace: record.namespace, ...refusal });
    return false;
  });
  return { taken, rejected };
}
