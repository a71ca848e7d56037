import { isMulti, isSparse, own, type VectorRecord } from '../spec/record.ts';
import type { UpsertResult } from '../spec/v1.ts';
import { firstRounded } from '../guard/record-check.ts';
import { vectorLabel } from '../store/vector-label.ts';

type Write = (records: readonly VectorRecord[]) => Promise<UpsertResult>;

/** Writes what stays as it is, and rejects a record of which one of these vectors, in float32, would be rounded. */
export function refuseRounded(names: readonly string[] = [], write: Write): Write {
  if (names.length === 0) return write;
  return async (records) => {
    const problems = records.map((record) => roundingProblem(record, names));
    const { accepted, rejected } = await write(records.filter((_record, at) => problems[at] === undefined));
    const refused = records.flatMap(({ id, namespace }, at) => {
      const detail = problems[at];
      return detail === undefined ? [] : [{ id, namespace, reason: 'invalid-vector', detail } as const];
    });
    return { accepted, rejected: [...refused, ...rejected] };
  };
}

/** Why a record is rejected, where float32 would change one of these vectors. */
export function roundingProblem({ vectors }: VectorRecord, names: readonly string[]): string | undefined {
  for (const name of names) {
    const vector = own(vectors, name);
    if (vector === undefined || isSparse(vector)) continue;
    for (const row of isMulti(vector) ? vector.rows : [vector]) {
      const at = firstRounded(row);
      if (at === -1) continue;
      return `component ${at} of the ${vectorLabel(name)} is ${row[at]}, which float32 rounds, as it does with none that the plan looked at: allow the loss vector-precision to have it rounded`;
    }
  }
  return undefined;
}
