import {
  distance,
  ValueTally,
  type JsonObject,
  type ValueFigure,
  type VectorRecord,
  type VectorStoreV1,
  type WitnessedRecord,
} from '@vsm/core/adapter';
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

/** Pages that carry how many of their records have each of some keys. */
function carrying(isTold: (key: string) => boolean): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async scan(request, options) {
      const page = await inner.scan(request, options);
      if (request.witness !== true) return page;
      const tally = new ValueTally();
      for (const record of page.records) tally.add(record);
      const figures = tally.keys.filter(isTold).map((name): ValueFigure => {
        const figure = { part: 'metadata', name, measure: 'records' } as const;
        return { ...figure, value: tally.figure(figure).value };
      });
      return { ...page, witness: { by: 'another count', figures, unwitnessed: [] } };
    },
  }));
}

/** Says of single records what they are, and changes what it says. */
function testifying(change: (record: WitnessedRecord) => WitnessedRecord): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async witnessRecords({ ids, namespace, probes }) {
      const records = (await inner.fetch(ids, { namespace })).map(({ id, vectors, metadata, document }) => {
        const [vector, probe] = [vectors[''], probes['']];
        return change({
          id,
          document: document ?? null,
          metadata: { number: metadata['number'] } as JsonObject,
          skipped: Object.keys(metadata).filter((key) => key !== 'number'),
          ...(vector !== undefined && probe && { distances: { '': distance('dot', probe, vector) } }),
        });
      });
      return { by: 'another answer', records, metrics: { '': 'dot' }, unwitnessed: [] };
    },
  }));
}

const soundWitness = { under: testifying((record) => record) };
const FALSE_WITNESSES: Readonly<Record<string, (record: WitnessedRecord) => WitnessedRecord>> = {
  'of another text': (record) => ({ ...record, document: `${record.document ?? ''}.` }),
  'of another number': (record) => ({ ...record, metadata: { number: -1 } }),
  'that leaves a field out': (record) => ({ ...record, metadata: {} }),
  'of another distance': (record) => ({ ...record, distances: { '': (record.distances?.[''] ?? 0) + 0.001 } }),
};

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
  {
    fault: 'carries figures of some keys only',
    caughtBy: 'witness/figures-are-those-of-the-records',
    under: carrying((key) => key !== 'number'),
    sound: { under: carrying(() => true) },
  },
  ...Object.entries(FALSE_WITNESSES).map(([what, change]): PlantedBug => ({
    fault: `is a witness ${what}`,
    caughtBy: 'witness/records-are-those-that-are-read',
    under: testifying(change),
    sound: soundWitness,
  })),
];
