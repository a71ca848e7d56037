import { recordKey, type VectorRecord, own, setOwn } from '../spec/record.ts';
import type { Capabilities, CollectionSchema, Rejection, VectorSchema } from '../spec/v1.ts';
import { recordProblem } from './record-check.ts';

/** Those that may be sent, and those that are rejected for what they are. */
export function sift(
  records: readonly VectorRecord[],
  schema: CollectionSchema,
  capabilities: Capabilities,
): { good: readonly VectorRecord[]; rejected: Rejection[] } {
  const rejected: Rejection[] = [];
  const seen = new Set<string>();
  const effective = learnDimensions(records, schema);
  const good = records.filter((record) => {
    const key = (record.namespace ?? '') === '' ? record.id : recordKey(record);
    const problem =
      recordProblem(record, effective, capabilities) ??
      (seen.has(key)
        ? ({
            id: record.id,
            namespace: record.namespace,
            reason: 'duplicate-id',
            detail: 'the id occurs twice in one batch',
          } as const)
        : undefined);
    if (problem !== undefined) rejected.push(problem);
    else seen.add(key);
    return problem === undefined;
  });
  return { good, rejected };
}

/** Where the collection does not know its dimension yet, the first record of the batch sets it, as it would in the store. */
function learnDimensions(records: readonly VectorRecord[], schema: CollectionSchema): CollectionSchema {
  const vectors: Record<string, VectorSchema> = { ...schema.vectors };
  let learned = false;
  for (const name of Object.keys(vectors)) {
    const vector = own(vectors, name);
    if (vector === undefined || vector.kind !== 'dense' || vector.dimension !== undefined) continue;
    const first = records.map((record) => own(record.vectors, name)).find((value) => value !== undefined);
    if (first === undefined || !('length' in first)) continue;
    setOwn(vectors, name, { ...vector, dimension: first.length });
    learned = true;
  }
  return learned ? { ...schema, vectors } : schema;
}
