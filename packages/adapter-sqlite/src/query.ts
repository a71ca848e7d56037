import { matches, type DenseVector, type Match, type QueryRequest } from '@vsm/core/adapter';
import { identifier, literal, type Client, type Row, type SqlValue } from './client.ts';
import { sqliteError } from './errors.ts';
import { idOf } from './key.ts';
import { keyColumns, namespaceOf, recordColumns, toRecord } from './mapping.ts';
import { conditionsOf } from './read.ts';
import type { Table, VectorColumn } from './table.ts';
import { encodeVector } from './vectors.ts';

/** What `vec0` takes at most for `k`. */
const MOST_NEIGHBOURS = 4096;

interface Distance {
  readonly sql: string;
  readonly parameter: Uint8Array;
}

/** Nearest rows by the index of libSQL where there is one and nothing else was asked for, else by the distance of every row. */
export async function nearest(client: Client, table: Table, request: QueryRequest): Promise<Match[]> {
  const { vector, using = '', topK, filter, namespace, exact } = request;
  const searched = table.vectors.find(({ name }) => name === using);
  if (searched === undefined) return [];
  const what = `cannot search table "${table.name}"`;
  const plain = filter === undefined && namespace === undefined;
  const probe = encodeVector(vector as DenseVector, searched.form);
  if (table.kind === 'vec0' && plain && topK <= MOST_NEIGHBOURS) {
    const id = `t.${identifier(table.id[0]?.column ?? 'rowid')}`;
    const rows = await client.read(
      what,
      `SELECT ${id} AS k0, t.distance AS score FROM ${identifier(table.name)} AS t ` +
        `WHERE t.${identifier(searched.column)} MATCH ${wrap(searched, '?')} AND t.k = ? ORDER BY t.distance`,
      [probe, BigInt(topK)],
    );
    return rows.map((row) => toMatch(row, table));
  }
  const distance = distanceOf(client, table, searched, probe);
  const index = table.indexes.find(({ column }) => column === searched.column);
  if (client.engine === 'libsql' && index !== undefined && plain && exact !== true) {
    const rows = await client.read(
      what,
      `SELECT ${keyColumns(table, client).join(', ')}, ${distance.sql} AS score ` +
        `FROM vector_top_k(${literal(index.name)}, ?, ?) AS found JOIN ${identifier(table.name)} AS t ON t.rowid = found.id ORDER BY score`,
      [distance.parameter, probe, BigInt(topK)],
    );
    // Where rows were replaced, a search that begins at a row which nothing leads away from finds that row alone.
    if (rows.length >= topK) return rows.map((row) => toMatch(row, table));
  }
  return filteredByDistance(client, table, request, searched, distance);
}

/** A filter is exact only in core, so rows are taken in the order of their distance until enough have passed it. */
async function filteredByDistance(
  client: Client,
  table: Table,
  { topK, filter, namespace }: QueryRequest,
  { column }: VectorColumn,
  distance: Distance,
): Promise<Match[]> {
  const { texts, parameters } = conditionsOf({ namespace, filter }, table);
  const conditions = [`t.${identifier(column)} IS NOT NULL`, ...texts].join(' AND ');
  const columns =
    filter === undefined ? keyColumns(table, client).join(', ') : recordColumns(table, ['metadata'], client);
  const order = table.key.map(({ sql }) => sql).join(', ');
  const found: Match[] = [];
  const size = filter === undefined ? topK : topK * 4 + 100;
  for (let offset = 0; found.length < topK; offset += size) {
    const rows = await client.read(
      `cannot search table "${table.name}"`,
      `SELECT ${columns}, ${distance.sql} AS score FROM ${table.from} WHERE ${conditions} ORDER BY score NULLS LAST, ${order} LIMIT ? OFFSET ?`,
      [distance.parameter, ...parameters, BigInt(size), BigInt(offset)],
    );
    const passed = filter === undefined ? rows : rows.filter((row) => matches(filter, toRecord(row, table).metadata));
    found.push(...passed.map((row) => toMatch(row, table)));
    if (rows.length < size) break;
  }
  return found.slice(0, topK);
}

function distanceOf(client: Client, table: Table, searched: VectorColumn, probe: Uint8Array): Distance {
  const { column, form, metric = 'cosine' } = searched;
  const stored = `t.${identifier(column)}`;
  if (client.engine === 'libsql') {
    const name = metric === 'euclidean' ? 'vector_distance_l2' : 'vector_distance_cos';
    return { sql: `${name}(${stored}, ?)`, parameter: probe };
  }
  const bits = form === 'bit' || form === 'f1bit';
  const name = bits ? 'vec_distance_hamming' : SQLITE_VEC[metric];
  if (name === undefined || !(form === 'f32' || form === 'int8' || bits)) {
    throw sqliteError('UNSUPPORTED', `cannot search table "${table.name}": nothing compares ${form} by ${metric} here`);
  }
  if (form !== 'f1bit') return { sql: `${name}(${wrap(searched, stored)}, ${wrap(searched, '?')})`, parameter: probe };
  // Without what libSQL adds at the end.
  const bytes = Math.ceil((searched.dimension ?? (probe.length - 2) * 8) / 8);
  return {
    sql: `${name}(vec_bit(substr(${stored}, 1, ${bytes})), vec_bit(?))`,
    parameter: probe.subarray(0, bytes),
  };
}

const SQLITE_VEC: Readonly<Record<string, string>> = {
  cosine: 'vec_distance_cosine',
  euclidean: 'vec_distance_L2',
  manhattan: 'vec_distance_L1',
};

/** sqlite-vec takes bytes for float32 unless told otherwise. */
export function wrap({ form }: Pick<VectorColumn, 'form'>, sql: string): string {
  if (form === 'int8') return `vec_int8(${sql})`;
  return form === 'bit' ? `vec_bit(${sql})` : sql;
}

function toMatch(row: Row, table: Table): Match {
  const namespace = namespaceOf(row, table);
  return {
    id: idOf(row, table),
    ...(namespace !== '' && { namespace }),
    score: scoreOf(row['score'] ?? null),
  };
}

/** A vector of zeros has no direction, so that its distance by cosine is NULL. */
function scoreOf(score: SqlValue): number {
  return score === null ? Number.POSITIVE_INFINITY : Number(score);
}
