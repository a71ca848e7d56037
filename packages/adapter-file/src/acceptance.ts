import type { CollectionSchema, Rejection, VectorRecord } from '@vsm/core/adapter';
import { doublesOf } from './doubles.ts';
import { frameProblem } from './frames.ts';
import { lineProblem } from './jsonl/jsonl-writer.ts';
import { MAX_LINE_BYTES, type FileOptions } from './options.ts';
import type { Place } from './place.ts';

/** Parts records that a place can take from those it cannot: whatever is accepted can be written, and what is written can be read. */
export function sift(
  records: readonly VectorRecord[],
  { format }: Place,
  { maxLineBytes = MAX_LINE_BYTES }: FileOptions,
  schema: Pick<CollectionSchema, 'vectors'>,
): { taken: readonly VectorRecord[]; rejected: readonly Rejection[] } {
  const hasLines = format !== 'parquet' && format !== 'vdf';
  const doubles = doublesOf(schema);
  const rejected: Rejection[] = [];
  const taken = records.filter((record) => {
    const detail = frameProblem(record) ?? (hasLines ? lineProblem(record, maxLineBytes, doubles) : undefined);
    if (detail === undefined) return true;
    rejected.push({ id: record.id, namespace: record.namespace, reason: 'too-large', detail });
    return false;
  });
  return { taken, rejected };
}
