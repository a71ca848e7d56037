import { isDense, type Capabilities, type Vector, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ConformanceOptions } from '../../src/index.ts';
import type { FolderFaults } from '../folder-store.ts';
import type { SharedMemoryOptions } from '../shared-memory.ts';

/** A store with exactly one fault, and the case that exists to find it. */
export interface PlantedBug extends Pick<SharedMemoryOptions, 'under' | 'over' | 'capabilities'> {
  readonly fault: string;
  readonly caughtBy: string;
  /** Further cases that must see it. */
  readonly alsoBy?: readonly string[] | undefined;
  /** What the sound store is given in place of `capabilities`, where these are the fault or do not tell. */
  readonly soundCapabilities?: Partial<Capabilities> | undefined;
  /** What the sound store is made of, where the plain one does not do what the case is about. */
  readonly sound?: SharedMemoryOptions | undefined;
  /** In place of what the sound harness offers. */
  readonly offers?: Pick<ConformanceOptions, 'givenClient' | 'busy' | 'rules'> | undefined;
  readonly folders?: FolderFaults | undefined;
  readonly unreachable?: (() => VectorStoreV1) | undefined;
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
