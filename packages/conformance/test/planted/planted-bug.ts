import { isDense, type Vector, type VectorRecord } from '@vsm/core/adapter';
import type { SharedMemoryOptions } from '../shared-memory.ts';

/** A store with exactly one fault, and the case that exists to find it. */
export interface PlantedBug extends Pick<SharedMemoryOptions, 'under' | 'over' | 'capabilities'> {
  readonly fault: string;
  readonly caughtBy: string;
}

/** Changes every dense vector of a record. */
export function changeVectors(record: VectorRecord, change: (values: Float32Array) => Float32Array): VectorRecord {
  return {
    ...record,
    vectors: Object.fromEntries(
      Object.entries(record.vectors).map(([name, vector]): [string, Vector] => [
        name,
        isDense(vector) ? change(Float32Array.from(vector)) : vector,
      ]),
    ),
  };
}
