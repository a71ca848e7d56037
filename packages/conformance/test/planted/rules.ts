import type { Rejection, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceOptions } from '../../src/index.ts';
import { onCollections, type SharedMemoryOptions } from '../shared-memory.ts';
import type { PlantedBug } from './planted-bug.ts';

type Foresight = (records: readonly VectorRecord[]) => readonly Rejection[];

const refusals: Foresight = (records) =>
  records
    .filter(({ metadata }) => Object.hasOwn(metadata, 'homeless'))
    .map(({ id }) => ({ id, reason: 'refused', detail: 'there is no column "homeless"' }));

/** A database whose collections have no place for one key, which an adapter foresees or not. */
function ruled(foresee: Foresight | undefined): NonNullable<SharedMemoryOptions['under']> {
  return onCollections((inner) => ({
    ...(foresee !== undefined && { wouldReject: async (records: readonly VectorRecord[]) => foresee(records) }),
    async upsert(records, options) {
      const rejected = refusals(records);
      const names = new Set(rejected.map(({ id }) => id));
      const result = await inner.upsert(
        records.filter(({ id }) => !names.has(id)),
        options,
      );
      return { accepted: result.accepted, rejected: [...result.rejected, ...rejected] };
    },
  }));
}

export const foreseeing: NonNullable<SharedMemoryOptions['under']> = ruled(refusals);

export const rulesOfMemory: NonNullable<ConformanceOptions['rules']> = async (store, name) => {
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
  const record = { vectors: { '': [1, 2] } };
  return {
    fits: [{ ...record, id: 'fits', metadata: { label: 'a' } }],
    unfit: [
      { ...record, id: 'first', metadata: { homeless: 1 } },
      { ...record, id: 'second', metadata: { label: 'b', homeless: null } },
    ],
  };
};

const sound = { under: foreseeing };

export const ruleBugs: readonly PlantedBug[] = [
  {
    fault: 'says that it would refuse what it takes',
    caughtBy: 'upsert/foresees-what-it-refuses',
    over: onCollections(() => ({
      wouldReject: async ([first]) =>
        first === undefined ? [] : [{ id: first.id, reason: 'refused', detail: 'not today' }],
    })),
    sound,
  },
  {
    fault: 'foresees, and its harness shows nothing that it would foresee',
    caughtBy: 'upsert/foresees-what-it-refuses',
    under: ruled(() => []),
    offers: { rules: undefined },
    sound,
  },
  { fault: 'foresees nothing', caughtBy: 'upsert/foresees-rules-of-its-own', under: ruled(() => []), sound },
  {
    fault: 'has rules, and does not say which',
    caughtBy: 'upsert/foresees-rules-of-its-own',
    under: ruled(undefined),
    sound,
  },
  {
    fault: 'foresees the first refusal only',
    caughtBy: 'upsert/foresees-rules-of-its-own',
    under: ruled((records) => refusals(records).slice(0, 1)),
    sound,
  },
];
