import { own, type VectorRecord } from '../spec/record.ts';
import type { CollectionSchema } from '../spec/v1.ts';
import type { RecordMapping } from '../mapping/page.ts';
import { narrowing } from './infer.ts';

interface Narrowed {
  /** As the source has them, and as the target will. */
  readonly source: CollectionSchema['vectors'];
  readonly target: CollectionSchema['vectors'];
  readonly vectorNames: RecordMapping['vectorNames'];
  readonly sample: readonly VectorRecord[];
  /** Names in the source of those that come out otherwise than they are there. */
  readonly changed: readonly (string | undefined)[];
}

/**
 * Names in the target of the vectors of float64 that it keeps as float32 and that this changes in no sampled record: they were written
 * from float32, as far as anybody knows.
 */
export function exactVectorsOf({ source, target, vectorNames, sample, changed }: Narrowed): string[] {
  return Object.entries(source).flatMap(([name, vector]) => {
    const kept = own(target, own(vectorNames, name) ?? '');
    const isNarrowed =
      datatypeOf(vector) === 'float64' && kept !== undefined && (datatypeOf(kept) ?? 'float32') === 'float32';
    const isExact = isNarrowed && !changed.includes(name) && narrowing(name, sample).exact;
    return isExact ? (own(vectorNames, name) ?? []) : [];
  });
}

function datatypeOf(vector: CollectionSchema['vectors'][string]): string | undefined {
  return vector.kind === 'sparse' ? 'sparse' : vector.datatype;
}
