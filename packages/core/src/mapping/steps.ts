import { ValidationError } from '../errors.ts';
import { decodeRecord } from './envelope.ts';
import type { Vector, VectorRecord } from '../spec/record.ts';
import { mapFields, type FieldMapping } from './fields.ts';
import type { TargetSchema } from '../plan/target-schema.ts';

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
export function changeRecord(
  record: VectorRecord,
  plan: { readonly fieldMapping?: FieldMapping | undefined },
  transform: Transform | undefined,
): VectorRecord | Promise<VectorRecord | DroppedRecord> {
  const decoded = decodeRecord(record);
  const mapped = plan.fieldMapping === undefined ? decoded : mapFields(decoded, plan.fieldMapping);
  return transform === undefined ? mapped : transformed(mapped, transform);
}

async function transformed(record: VectorRecord, transform: Transform): Promise<VectorRecord | DroppedRecord> {
  try {
    return await transform(record);
  } catch (cause) {
    throw new ValidationError(`The transform failed on record "${record.id}": ${String(cause)}`, { cause });
  }
}

/**
 * Gives vectors the names they have in the target, and leaves out those that are planned to stay behind. One that the plan did
 * not know of keeps a name that the target has not, so that the record is refused and nothing is dropped in silence.
 */
export function renameVectors(
  record: VectorRecord,
  { vectorNames, leftVectors }: Pick<TargetSchema, 'vectorNames' | 'leftVectors'>,
): VectorRecord {
  const present = Object.keys(record.vectors);
  if (present.every((name) => vectorNames[name] === name)) return record;
  const vectors: Record<string, Vector> = {};
  for (const name of present) {
    const vector = record.vectors[name];
    if (vector === undefined || leftVectors.includes(name)) continue;
    vectors[vectorNames[name] ?? `${name} (not in the plan)`] = vector;
  }
  return { ...record, vectors };
}
