import { Float, type VectorRecord, type VerifyLevel } from '@vsm/core';
import { makeRecords } from './stores.ts';

const ODD = 'record-1234';

/** At least 1,235 of them. */
export const recordsToFault = (count: number): readonly VectorRecord[] =>
  makeRecords(count).map((record) => (record.id === ODD ? { ...record, namespace: 'rare' } : record));

function flipOneBit(vector: readonly number[]): Float32Array {
  const flipped = Float32Array.from(vector);
  const bits = new Uint32Array(flipped.buffer);
  bits[2] = (bits[2] ?? 0) ^ 1;
  return flipped;
}

const changed = (
  records: readonly VectorRecord[],
  id: string,
  change: (record: VectorRecord) => VectorRecord,
): VectorRecord[] => records.map((record) => (record.id === id ? change(record) : record));

/** What went wrong, a level that sees it, what the target holds then, and what the report says. */
export const FAULTS: readonly [string, VerifyLevel, (records: readonly VectorRecord[]) => VectorRecord[], object][] = [
  ['one missing record', 'count', (records) => records.filter(({ id }) => id !== 'record-777'), { missing: 1 }],
  [
    'one missing record',
    'ids',
    (records) => records.filter(({ id }) => id !== 'record-777'),
    { differences: [{ kind: 'missing', id: 'record-777' }] },
  ],
  [
    'one missing record',
    'values',
    (records) => records.filter(({ id }) => id !== 'record-777'),
    { differences: [{ kind: 'missing', id: 'record-777' }] },
  ],
  [
    'one extra record',
    'count',
    (records) => [...records, { ...(records[0] as VectorRecord), id: 'new' }],
    { extra: 1 },
  ],
  [
    'one extra record',
    'ids',
    (records) => [...records, { ...(records[0] as VectorRecord), id: 'new' }],
    { differences: [{ kind: 'extra', id: 'new' }] },
  ],
  [
    'one extra record',
    'values',
    (records) => [...records, { ...(records[0] as VectorRecord), id: 'new' }],
    { differences: [{ kind: 'extra', id: 'new' }] },
  ],
  [
    'one record under another id',
    'ids',
    (records) => changed(records, 'record-777', (record) => ({ ...record, id: 'record-x' })),
    { missing: 1, extra: 1 },
  ],
  [
    'one record under another id',
    'values',
    (records) => changed(records, 'record-777', (record) => ({ ...record, id: 'record-x' })),
    { missing: 1, extra: 1, changed: 0 },
  ],
  [
    'two records that changed their ids',
    'values',
    (records) =>
      records.map((record) => {
        const other = { 'record-5': 'record-6', 'record-6': 'record-5' }[record.id];
        return other === undefined ? record : { ...record, id: other };
      }),
    { missing: 0, extra: 0 },
  ],
  [
    'one flipped bit in one vector',
    'values',
    (records) =>
      changed(records, 'record-777', (record) => ({
        ...record,
        vectors: { '': flipOneBit(record.vectors[''] as number[]) },
      })),
    { differences: [{ kind: 'changed', id: 'record-777', field: 'vector' }] },
  ],
  [
    'a vector that is not there',
    'values',
    (records) => changed(records, 'record-777', (record) => ({ ...record, vectors: {} })),
    { differences: [{ kind: 'changed', id: 'record-777', field: 'vector', actual: 'absent' }] },
  ],
  [
    'an integer that became a float',
    'values',
    (records) =>
      changed(records, 'record-777', (record) => ({
        ...record,
        metadata: { ...record.metadata, index: new Float(777) },
      })),
    { differences: [{ kind: 'changed', id: 'record-777', field: 'metadata.index', expected: '777', actual: '777.0' }] },
  ],
  [
    'two swapped documents',
    'values',
    (records) =>
      records.map((record) => {
        const other = { 'record-5': 'text of 6', 'record-6': 'text of 5' }[record.id];
        return other === undefined ? record : { ...record, document: other };
      }),
    { changed: 2 },
  ],
  [
    'a missing namespace',
    'count',
    (records) => records.filter(({ namespace }) => namespace === undefined),
    { missing: 1 },
  ],
  [
    'a lost namespace',
    'count',
    (records) => changed(records, ODD, ({ namespace: _lost, ...record }) => record),
    { missing: 1, extra: 1 },
  ],
  [
    'a lost namespace',
    'ids',
    (records) => changed(records, ODD, ({ namespace: _lost, ...record }) => record),
    { missing: 1, extra: 1 },
  ],
  [
    'a lost namespace',
    'values',
    (records) => changed(records, ODD, ({ namespace: _lost, ...record }) => record),
    { missing: 1, extra: 1 },
  ],
];
