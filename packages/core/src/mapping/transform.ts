import { ValidationError } from '../errors.ts';
import type { Metadata, VectorRecord } from '../spec/record.ts';
import type { TypedRecord } from '../store/read.ts';

/** Changes a record on its way, or leaves it out with {@link dropRecord}. */
export type Transform<M = Metadata> = (record: TypedRecord<M>) => Transformed<M> | Promise<Transformed<M>>;

type Transformed<M> = VectorRecord | TypedRecord<M> | DroppedRecord;

export interface DroppedRecord {
  readonly dropped: string;
}

/** What a transform returns for a record that is to stay behind. Counted and reported, so `reason` is not optional. */
export function dropRecord(reason: string): DroppedRecord {
  return { dropped: reason };
}

/** @throws ValidationError naming the record that the function failed on */
export async function transformed(record: VectorRecord, transform: Transform): Promise<VectorRecord | DroppedRecord> {
  try {
    return await transform(record);
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new ValidationError(`The transform failed on record "${record.id}": ${String(cause)}`, { cause });
  }
}
