import { ValueTally, type ValueFigure, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { onCollections } from '../shared-memory.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Reads the documents of some records in another way by one road than by the other. */
function onRoad(
  road: 'scan' | 'fetch',
  change: (record: VectorRecord) => VectorRecord,
): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) =>
    road === 'scan'
      ? {
          async scan(request, options) {
            const page = await inner.scan(request, options);
            return { ...page, records: page.records.map(change) };
          },
        }
      : { fetch: async (ids, options) => (await inner.fetch(ids, options)).map(change) },
  );
}

const withoutDashes = (record: VectorRecord): VectorRecord =>
  record.document === undefined ? record : { ...record, document: record.document.replaceAll('–', '-') };

/** Counts documents and the number of each record, as the store would, and changes what it counted. */
function witnessing(change: (figures: ValueFigure[]) => ValueFigure[]): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async witnessValues() {
      const tally = new ValueTally();
      const { records } = await inner.scan({ limit: 1_000_000, include: ['vectors', 'metadata'] });
      for (const record of records) tally.add(record);
      const wanted: readonly Omit<ValueFigure, 'value'>[] = [
        { part: 'document', name: '', measure: 'records' },
        { part: 'document', name: '', measure: 'octets' },
        { part: 'metadata', name: 'number', measure: 'sum' },
        { part: 'vector', name: '', measure: 'first' },
      ];
      const figures = wanted.map((figure) => ({ ...figure, value: tally.figure(figure).value }));
      return { by: 'another count', figures: change(figures), unwitnessed: [] };
    },
  }));
}

const sound = { under: witnessing((figures) => figures) };

export const twoRoadsBugs: readonly PlantedBug[] = [
  {
    fault: 'reads a text wrongly in scans alone',
    caughtBy: 'scan/gives-what-fetch-gives',
    under: onRoad('scan', withoutDashes),
  },
  {
    fault: 'reads a text wrongly in fetches alone',
    caughtBy: 'scan/gives-what-fetch-gives',
    under: onRoad('fetch', withoutDashes),
  },
  ...(['records', 'octets', 'sum', 'first'] as const).map((measure): PlantedBug => ({
    fault: `counts one too many as a witness of ${measure}`,
    caughtBy: 'witness/figures-are-those-of-the-records',
    under: witnessing((figures) =>
      figures.map((one) => (one.measure === measure ? { ...one, value: one.value + 1 } : one)),
    ),
    sound,
  })),
];
