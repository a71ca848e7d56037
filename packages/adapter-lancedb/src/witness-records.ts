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
import { ROW_ID } from './read.ts';
import type { Layout } from './schema.ts';
import { textAt } from './values.ts';

/** What the engine computes of single vectors where they lie: how far each is from the probe. */
export async function witnessRecords(
  table: Table,
  layout: Layout,
  { ids, namespace, probes }: RecordsRequest,
): Promise<RecordsWitness | undefined> {
  const [id, ...more] = layout.ids;
  if (id === undefined || more.length > 0) return undefined;
  // By their rows: of a table that others made, several may have one id.
  const found = new Map<string, { readonly id: string; readonly distances: Record<string, number> }>();
  const most = MOST_ROWS * ids.length;
  const metrics: Record<string, Metric> = {};
  const unwitnessed = ['the document', 'metadata', 'sparse vectors and multi-vectors'];
  for (const { name, column, kind, dimension } of layout.vectors) {
    const probe = own(probes, name);
    if (probe === undefined || kind !== 'dense' || dimension !== probe.length) continue;
    // It measures no vectors that lie in texts, bytes or lists of any length.
    const type = typeOf(layout.schema, column);
    if (type === undefined || vectorShape(type)?.kind !== 'dense') continue;
    const near = table.query().nearestTo(Float32Array.from(probe));
    const rows = await near
      .column(column)
      .distanceType('l2')
      .bypassVectorIndex()
      .where(idsIn(layout, ids, namespace))
      .withRowId()
      .select([id, ROW_ID, '_distance'])
      .limit(most)
      .toArrow();
    if (rows.numRows === most) {
      unwitnessed.push('records of which many have one id');
      continue;
    }
    setOwn(metrics, name, 'euclidean');
    const [keys, numbers, squares] = [id, ROW_ID, '_distance'].map((one) => rows.getChild(one));
    for (let row = 0; row < rows.numRows; row += 1) {
      const squared: unknown = squares?.get(row);
      const key: unknown = textAt(keys, row) ?? keys?.get(row);
      if (
        typeof squared !== 'number' ||
        (typeof key !== 'string' && typeof key !== 'bigint' && typeof key !== 'number')
      )
        continue;
      const place = String(numbers?.get(row));
      const record = found.get(place) ?? { id: key.toString(), distances: {} };
      setOwn(record.distances, name, Math.sqrt(squared));
      found.set(place, record);
    }
  }
  const records: readonly WitnessedRecord[] = [...found.values()];
  return { by: 'the distances of LanceDB from a probe', records, metrics, unwitnessed };
}

/** Of each id that is asked for, on average. */
const MOST_ROWS = 4;
