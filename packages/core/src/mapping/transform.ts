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
  let result: VectorRecord | DroppedRecord;
  try {
    result = await transform(record);
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new ValidationError(`The transform failed on record "${record.id}": ${String(cause)}`, { cause });
  }
  const problem = formProblem(result);
  if (problem === undefined) return result;
  throw new ValidationError(
    `The transform returned no record for "${record.id}": ${problem}. It must return a record, such as { ...record }, or dropRecord('why').`,
  );
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
const isList = (value: unknown): boolean => Array.isArray(value) || value instanceof Float32Array;

/** What JavaScript lets a function return, and no step after it could take. What the values are is looked at where they are written. */
function formProblem(result: unknown): string | undefined {
  if (!isObject(result))
    return `it is ${result === null ? 'null' : Array.isArray(result) ? 'a list' : `of type ${typeof result}`}`;
  if ('dropped' in result)
    return typeof result['dropped'] === 'string' ? undefined : 'a dropped record needs a reason, as text';
  const { id, namespace, vectors, metadata, document, uri } = result;
  if (typeof id !== 'string') return `its id is not a text but of type ${typeof id}`;
  if (!isObject(metadata)) return 'its metadata is no object';
  if (!isObject(vectors)) return 'its vectors are no object of vectors by name, such as { "": [0.1, 0.2] }';
  for (const [name, vector] of Object.entries(vectors)) {
    const parts = isObject(vector)
      ? [vector['rows'] ?? vector['indices'], vector['rows'] ?? vector['values']]
      : [vector];
    if (!parts.every(isList))
      return `its vector "${name}" is no list of numbers, and no { indices, values } or { rows } either`;
  }
  const notText = Object.entries({ namespace, document, uri }).find(
    ([, value]) => !['undefined', 'string'].includes(typeof value),
  );
  return notText && `its ${notText[0]} is no text`;
}
