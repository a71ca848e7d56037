import { isSparse, matches, VsmError, type Match, type QueryRequest, type VectorRecord, own } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import { OPERATORS, operatorClass, schemaOfColumn, vectorTypeOf, type Column } from './column.ts';
import type { Connection } from './client.ts';
import { readIndexes } from './indexes.ts';
import { selectList, toRecord, type Row } from './mapping.ts';
import { identifier, Parameters, where } from './sql.ts';
import { vectorText } from './vector-form.ts';

type Conditions = (parameters: Parameters) => string[];

/** An index answers with about as many as its own setting says, and conditions come after that; then all rows are compared. */
export async function search(
  connection: Connection,
  table: Table,
  request: QueryRequest,
  conditions: Conditions,
): Promise<Match[]> {
  const { topK, filter, exact } = request;
  const wanted = exact === true || filter !== undefined ? [true] : [false, true];
  let found: Match[] = [];
  for (const whole of wanted) {
    // A condition of the database may let more pass than the filter, so there may have to be more.
    for (let limit = topK; ; limit *= 4) {
      const rows = await nearest(connection, table, request, conditions, limit, whole);
      const good = filter === undefined ? rows : rows.filter(({ record }) => matches(filter, record.metadata));
      found = good.slice(0, topK).map(({ record, score }) => ({
        id: record.id,
        ...(record.namespace !== undefined && { namespace: record.namespace }),
        score,
      }));
      if (found.length === topK || rows.length < limit) break;
    }
    if (found.length === topK) break;
  }
  return found;
}

async function nearest(
  connection: Connection,
  table: Table,
  { vector, using = '', filter }: QueryRequest,
  conditionsOf: Conditions,
  limit: number,
  exact: boolean,
): Promise<{ record: VectorRecord; score: number }[]> {
  const { layout } = table;
  const column = own(layout.vectors, using) as Column;
  const { type } = vectorTypeOf(column) ?? { type: 'vector' };
  const schema = schemaOfColumn(column, undefined);
  const metric = isSparse(vector)
    ? 'dot'
    : (own((await readIndexes(connection, table)).metrics, using) ??
      own(table.manifest?.metrics ?? {}, using) ??
      (type === 'bit' ? 'hamming' : 'cosine'));
  if (table.extension === undefined || operatorClass(type, metric) === undefined) {
    throw new VsmError(
      'UNSUPPORTED',
      `pgvector: cannot search "${table.name}": the database has no extension "vector"`,
      {
        adapter: 'pgvector',
      },
    );
  }
  const parameters = new Parameters();
  const probe = parameters.add(vectorText(vector, type, schema.dimension));
  const name = identifier(column.name);
  // A column of any length compares with vectors of its own length only.
  const cast = type === 'bit' ? column.type : column.base;
  const distance = `${name} OPERATOR(${identifier(table.extension.schema)}.${OPERATORS[metric]}) ${probe}::text::${cast}`;
  const conditions = [`${name} IS NOT NULL`, ...conditionsOf(parameters)];
  const include = filter === undefined ? [] : (['metadata'] as const);
  const rows = await connection.run<Row & { score: number }>(
    `cannot search "${table.name}"`,
    // An index serves only the bare expression, so adding zero makes the search exact.
    `SELECT ${selectList(layout, include, connection.asText)}, (${distance})::float8 AS score FROM ${table.path} AS t${where(conditions)} ` +
      `ORDER BY ${exact ? `(${distance}) + 0` : distance} LIMIT ${parameters.add(limit)}::int`,
    parameters.values,
  );
  return rows.map((row) => ({ record: toRecord(row, layout), score: row.score }));
}
