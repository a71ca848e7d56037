import type { Table, VectorQuery } from '@lancedb/lancedb';
import { isMulti, metricOf, type Match, type QueryRequest, type VectorSchema, own } from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';
import { inNamespace } from './filter.ts';
import { columnsFor, ROW_ID, toRecords } from './read.ts';
import type { Layout } from './schema.ts';

/** The nearest rows; none where no row can have the vector yet. */
export async function search(
  table: Table,
  layout: Layout,
  vectors: Readonly<Record<string, VectorSchema>>,
  { vector, using = '', topK, namespace, exact }: QueryRequest,
): Promise<Match[]> {
  const searched = layout.vectors.find((candidate) => candidate.name === using);
  const schema = own(vectors, using);
  if (searched?.dimension === undefined || schema === undefined) return [];
  if ('indices' in vector) throw invalidOptions('cannot search for a sparse vector');
  const rows = isMulti(vector) ? vector.rows : [vector];
  let query: VectorQuery = table.query().nearestTo(Float32Array.from(rows[0] ?? []));
  for (const row of rows.slice(1)) query = query.addQueryVector(Float32Array.from(row));
  query = query.column(searched.column).distanceType(distanceType(schema)).limit(topK);
  if (exact === true) query = query.bypassVectorIndex();
  const scope = inNamespace(layout, namespace);
  if (scope !== undefined) query.where(scope);
  const columns = [...columnsFor(layout, []), '_distance'];
  if (layout.ids.length === 0) {
    query = query.withRowId();
    columns.push(ROW_ID);
  }
  const matches: Match[] = [];
  for await (const batch of query.select(columns)) {
    const scores = batch.getChild('_distance');
    for (const [at, record] of toRecords(batch, layout).entries()) {
      matches.push({ id: record.id, namespace: record.namespace, score: Number(scores?.get(at)) });
    }
  }
  return matches;
}

function distanceType(schema: VectorSchema): 'l2' | 'cosine' | 'dot' {
  const metric = metricOf(schema);
  return metric === 'euclidean' ? 'l2' : metric === 'dot' ? 'dot' : 'cosine';
}
