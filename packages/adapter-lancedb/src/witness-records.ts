import type { Table } from '@lancedb/lancedb';
import {
  own,
  setOwn,
  type Metric,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { typeOf, vectorShape } from './columns.ts';
import { idsIn } from './filter.ts';
import type { Layout } from './schema.ts';

/** What the engine computes of single vectors where they lie: how far each is from the probe. */
export async function witnessRecords(
  table: Table,
  layout: Layout,
  { ids, namespace, probes }: RecordsRequest,
): Promise<RecordsWitness | undefined> {
  const [id, ...more] = layout.ids;
  if (id === undefined || more.length > 0) return undefined;
  const found = new Map<string, Record<string, number>>();
  const metrics: Record<string, Metric> = {};
  for (const { name, column, kind, dimension } of layout.vectors) {
    const probe = own(probes, name);
    if (probe === undefined || kind !== 'dense' || dimension !== probe.length) continue;
    // It measures no vectors that lie in texts, bytes or lists of any length.
    const type = typeOf(layout.schema, column);
    if (type === undefined || vectorShape(type)?.kind !== 'dense') continue;
    setOwn(metrics, name, 'euclidean');
    const near = table.query().nearestTo(Float32Array.from(probe));
    const rows = (await near
      .column(column)
      .distanceType('l2')
      .bypassVectorIndex()
      .where(idsIn(layout, ids, namespace))
      .select([id, '_distance'])
      .limit(ids.length)
      .toArray()) as readonly Readonly<Record<string, unknown>>[];
    for (const row of rows) {
      const [key, squared] = [row[id], row['_distance']]; // own key: a column that was asked for
      if (
        typeof squared !== 'number' ||
        (typeof key !== 'string' && typeof key !== 'bigint' && typeof key !== 'number')
      )
        continue;
      const distances = found.get(key.toString()) ?? {};
      setOwn(distances, name, Math.sqrt(squared));
      found.set(key.toString(), distances);
    }
  }
  const records = [...found].map(([key, distances]): WitnessedRecord => ({ id: key, distances }));
  const unwitnessed = ['the document', 'metadata', 'sparse vectors and multi-vectors'];
  return { by: 'the distances of LanceDB from a probe', records, metrics, unwitnessed };
}
