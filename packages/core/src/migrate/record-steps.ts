import { ValidationError } from '../errors.ts';
import { decodeRecord } from '../mapping/envelope.ts';
import type { VectorRecord } from '../record.ts';
import { mapFields, type FieldMapping } from './field-mapping.ts';

/** Changes a record on its way, or leaves it out with {@link dropRecord}. */
export type Transform = (record: VectorRecord) => VectorRecord | DroppedRecord | Promise<VectorRecord | DroppedRecord>;

export interface DroppedRecord {
  readonly dropped: string;
}

/** What a transform returns for a record that is to stay behind. Counted and reported, so `reason` is not optional. */
export function dropRecord(reason: string): DroppedRecord {
  return { dropped: reason };
}

/** Everything that happens to a record before its vectors are computed and its form is changed for the target. */
export async function changeRecord(
  record: VectorRecord,
  plan: { readonly fieldMapping?: FieldMapping | undefined },
  transform: Transform | undefined,
): Promise<VectorRecord | DroppedRecord> {
  const decoded = decodeRecord(record);
  const mapped = plan.fieldMapping === undefined ? decoded : mapFields(decoded, plan.fieldMapping);
  if (transform === undefined) return mapped;
  try {
    return await transform(mapped);
  } catch (cause) {
    throw new ValidationError(`The transform failed on record "${record.id}": ${String(cause)}`, { cause });
  }
}

/** Leaves out the vectors that the plan does not carry. */
export function renameVectors(record: VectorRecord, names: Readonly<Record<string, string>>): VectorRecord {
  const present = Object.keys(record.vectors);
  if (present.every((name) => names[name] === name)) return record;
  const vectors = present.flatMap((name) => (names[name] === undefined ? [] : [[names[name], record.vectors[name]]]));
  return { ...record, vectors: Object.fromEntries(vectors) as VectorRecord['vectors'] };
}
