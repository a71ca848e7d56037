import {
  collectionNotFound,
  guardStore,
  UnsupportedError,
  VsmError,
  type CollectionSchema,
  type CollectionV1,
  type DenseVector,
  type JsonValue,
  type Metric,
  type VectorStoreV1,
  type Warning,
} from '@vsm/core/adapter';
import { capabilities, MAX_INDEXED_DIMENSIONS } from './capabilities.ts';
import { findMetrics, listVectorTables, readTable, type Table } from './catalog.ts';
import { connect, type Connection } from './connection.ts';
import { insertColumns, printVector, selectList, toColumns, toRecord, type Row } from './mapping.ts';
import { locationOf, type PgvectorOptions } from './options.ts';
import { identifier, literal } from './sql.ts';
import { columnOf, vectorSchema, type Column, type TableManifest } from './table.ts';

const OPERATORS: Readonly<Partial<Record<Metric, { readonly operator: string; readonly opclass: string }>>> = {
  cosine: { operator: '<=>', opclass: 'vector_cosine_ops' },
  euclidean: { operator: '<->', opclass: 'vector_l2_ops' },
  dot: { operator: '<#>', opclass: 'vector_ip_ops' },
  manhattan: { operator: '<+>', opclass: 'vector_l1_ops' },
};

/** Tables with a vector column, in one schema of one database. */
export function createPgvector(options: PgvectorOptions): VectorStoreV1 {
  const location = locationOf(options);
  const schema = options.schema ?? 'public';
  const connection = connect(options);
  const list = async (): Promise<string[]> => (connection.exists() ? listVectorTables(connection, schema) : []);

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'pgvector',
    location,
    capabilities,
    async listCollections() {
      return list();
    },
    async createCollection(wanted) {
      return createTable(connection, schema, wanted);
    },
    async openCollection(name) {
      const table = connection.exists() ? await readTable(connection, schema, name) : undefined;
      if (table === undefined) throw collectionNotFound('pgvector', name, location, await list());
      return pgCollection(connection, table);
    },
    async dropCollection(name) {
      await connection.run(
        `cannot drop table "${name}"`,
        `DROP TABLE IF EXISTS ${identifier(schema)}.${identifier(name)}`,
      );
    },
    async close() {
      await connection.close();
    },
  });
}

async function createTable(connection: Connection, schema: string, wanted: CollectionSchema): Promise<Warning[]> {
  const what = `cannot create table "${wanted.name}"`;
  const warnings: Warning[] = [];
  const vectors = Object.entries(wanted.vectors);
  for (const [name, vector] of vectors) {
    const column = columnOf(name);
    if (vector.kind !== 'dense' || ['id', 'namespace', 'document', 'metadata'].includes(column)) {
      throw new UnsupportedError('vectors', `pgvector: ${what}: a vector cannot be named "${name}"`, {
        adapter: 'pgvector',
      });
    }
  }
  if (new Set(vectors.map(([name]) => columnOf(name))).size !== vectors.length) {
    throw new UnsupportedError('vectors', `pgvector: ${what}: the unnamed vector takes the column "embedding"`, {
      adapter: 'pgvector',
    });
  }
  const columns = [
    // In the C collation, so that pages by id use the key's own index.
    'id text COLLATE "C" NOT NULL',
    ...(wanted.namespaces === true ? ['namespace text COLLATE "C" NOT NULL DEFAULT \'\''] : []),
    ...vectors.map(([name, vector]) => {
      const dimension = vector.dimension === undefined ? '' : `(${vector.dimension})`;
      return `${identifier(columnOf(name))} vector${dimension}`;
    }),
    'document text',
    "metadata jsonb NOT NULL DEFAULT '{}'",
    `PRIMARY KEY (${wanted.namespaces === true ? 'namespace, ' : ''}id)`,
  ];
  const manifest: TableManifest = {
    vsm: 1,
    vectors: Object.fromEntries(vectors.map(([name]) => [name, columnOf(name)])),
    metrics: Object.fromEntries(
      vectors.flatMap(([name, vector]) =>
        vector.kind === 'dense' && vector.metric !== undefined ? [[name, vector.metric]] : [],
      ),
    ),
    namespaces: wanted.namespaces,
    fields: wanted.fields,
    native: wanted.native,
  };
  const table = `${identifier(schema)}.${identifier(wanted.name)}`;
  await connection.run(what, 'CREATE EXTENSION IF NOT EXISTS vector');
  await connection.run(what, `CREATE TABLE ${table} (${columns.join(', ')})`);
  await connection.run(what, `COMMENT ON TABLE ${table} IS ${literal(JSON.stringify(manifest))}`);
  for (const [name, vector] of vectors) {
    if (vector.kind !== 'dense' || vector.metric === undefined) continue;
    const operators = OPERATORS[vector.metric];
    if (operators === undefined) continue;
    if (vector.dimension === undefined || vector.dimension > MAX_INDEXED_DIMENSIONS) {
      warnings.push({
        type: 'unsupported',
        feature: 'index',
        detail: `column "${columnOf(name)}" gets no index: pgvector indexes at most ${MAX_INDEXED_DIMENSIONS} dimensions, known beforehand`,
      });
      continue;
    }
    await connection.run(
      what,
      `CREATE INDEX ON ${table} USING hnsw (${identifier(columnOf(name))} ${operators.opclass})`,
    );
  }
  return warnings;
}

function pgCollection(connection: Connection, table: Table): CollectionV1 {
  const { name, layout, manifest } = table;
  const from = `${identifier(table.schema)}.${identifier(name)}`;
  const id = identifier(layout.id.name);
  // Keys go through text in both directions, whatever their type.
  const keyType = layout.id.type;
  const inNamespace = (namespace: string | undefined, parameters: unknown[]): string[] => {
    if (namespace === undefined || layout.namespace === undefined) return [];
    parameters.push(namespace);
    return [`${identifier(layout.namespace)} = $${parameters.length}`];
  };
  const where = (conditions: readonly string[]): string =>
    conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = layout.namespace === undefined ? id : `${identifier(layout.namespace)}, ${id}`;

  return {
    name,
    async describe() {
      const metrics = await findMetrics(connection, table);
      return {
        name,
        vectors: Object.fromEntries(
          Object.entries(layout.vectors).map(([vector, column]) => [
            vector,
            vectorSchema(column, metrics[column.name] ?? manifest?.metrics[vector]),
          ]),
        ),
        ids: idKindOf(layout.id),
        namespaces: layout.namespace === undefined ? undefined : true,
        fields: manifest?.fields,
        native: manifest?.native,
        notes: layout.notes,
      };
    },
    async count(request) {
      const parameters: unknown[] = [];
      const conditions = inNamespace(request?.namespace, parameters);
      const [row] = await connection.run<{ n: string }>(
        `cannot count "${name}"`,
        `SELECT count(*)::text AS n FROM ${from}${where(conditions)}`,
        parameters,
      );
      return { value: Number(row?.n ?? 0), exact: true };
    },
    async listNamespaces() {
      if (layout.namespace === undefined) return [''];
      const rows = await connection.run<{ n: string }>(
        `cannot list the namespaces of "${name}"`,
        `SELECT DISTINCT ${identifier(layout.namespace)} AS n FROM ${from} ORDER BY 1`,
      );
      return rows.map(({ n }) => n);
    },
    async scan({ cursor, limit, include, namespace }) {
      const parameters: unknown[] = [];
      const conditions = inNamespace(namespace, parameters);
      if (cursor !== undefined) {
        const [afterNamespace, afterId] = JSON.parse(cursor) as [string, string];
        if (layout.namespace === undefined) {
          parameters.push(afterId);
          conditions.push(`${id} > $${parameters.length}::text::${keyType}`);
        } else {
          parameters.push(afterNamespace, afterId);
          conditions.push(`(${order}) > ($${parameters.length - 1}::text, $${parameters.length}::text::${keyType})`);
        }
      }
      parameters.push(limit);
      const rows = await connection.run<Row>(
        `cannot read "${name}"`,
        `SELECT ${selectList(layout, include)} FROM ${from}${where(conditions)} ORDER BY ${order} LIMIT $${parameters.length}::int`,
        parameters,
      );
      const records = rows.map((row) => toRecord(row, layout));
      const last = records.at(-1);
      return {
        records,
        cursor: last === undefined || records.length < limit ? null : JSON.stringify([last.namespace ?? '', last.id]),
      };
    },
    async upsert(records, options) {
      const columns = insertColumns(layout);
      const names = columns.map((column) => identifier(column.name));
      const values = columns.map((column, index) => `c${index}::${column.type}`);
      const keys = layout.namespace === undefined ? [id] : [identifier(layout.namespace), id];
      const replaced = names
        .filter((column) => !keys.includes(column))
        .map((column) => `${column} = EXCLUDED.${column}`);
      const onConflict = options?.mode === 'insert-only' ? 'DO NOTHING' : `DO UPDATE SET ${replaced.join(', ')}`;
      await connection.run(
        `cannot write to "${name}"`,
        `INSERT INTO ${from} (${names.join(', ')}) SELECT ${values.join(', ')} ` +
          `FROM unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(', ')}) ` +
          `AS t(${columns.map((_, index) => `c${index}`).join(', ')}) ON CONFLICT (${keys.join(', ')}) ${onConflict}`,
        toColumns(records, layout),
      );
      return { accepted: records.length, rejected: [] };
    },
    async fetch(ids, options) {
      const parameters: unknown[] = [ids];
      const conditions = [
        `${id} = ANY($1::text[]::${keyType}[])`,
        ...inNamespace(options?.namespace ?? '', parameters),
      ];
      const rows = await connection.run<Row>(
        `cannot fetch from "${name}"`,
        `SELECT ${selectList(layout, ['vectors', 'metadata'])} FROM ${from}${where(conditions)}`,
        parameters,
      );
      return rows.map((row) => toRecord(row, layout));
    },
    async delete(ids, options) {
      const parameters: unknown[] = [ids];
      const conditions = [
        `${id} = ANY($1::text[]::${keyType}[])`,
        ...inNamespace(options?.namespace ?? '', parameters),
      ];
      await connection.run(`cannot delete from "${name}"`, `DELETE FROM ${from}${where(conditions)}`, parameters);
    },
    async query({ vector, using = '', topK, namespace, exact }) {
      const column = layout.vectors[using] as Column;
      const metrics = await findMetrics(connection, table);
      const operators = OPERATORS[metrics[column.name] ?? manifest?.metrics[using] ?? 'cosine'];
      if (operators === undefined)
        throw new VsmError('UNSUPPORTED', `pgvector: cannot search "${name}"`, { adapter: 'pgvector' });
      const parameters: unknown[] = [printVector(vector as DenseVector), topK];
      const conditions = [`${identifier(column.name)} IS NOT NULL`, ...inNamespace(namespace, parameters)];
      const distance = `${identifier(column.name)} ${operators.operator} $1::vector`;
      // An index serves only the bare expression, so adding zero makes the search exact.
      const ranking = exact === true ? `(${distance}) + 0` : distance;
      const rows = await connection.run<{ id: string; namespace?: string; score: number }>(
        `cannot search "${name}"`,
        `SELECT ${id}::text AS id, ${layout.namespace === undefined ? '' : `${identifier(layout.namespace)} AS namespace, `}` +
          `${distance} AS score FROM ${from}${where(conditions)} ORDER BY ${ranking} LIMIT $2::int`,
        parameters,
      );
      return rows.map((row) => ({
        id: row.id,
        ...(row.namespace !== undefined && row.namespace !== '' && { namespace: row.namespace }),
        score: row.score,
      }));
    },
    async prepareBulkLoad() {
      const indexes = await connection.run<{ name: string; definition: string }>(
        `cannot list the indexes of "${name}"`,
        `SELECT i.relname AS name, pg_get_indexdef(i.oid) AS definition FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid ` +
          `JOIN pg_am a ON a.oid = i.relam WHERE x.indrelid = $1::oid AND a.amname IN ('hnsw', 'ivfflat')`,
        [table.oid],
      );
      return { indexes };
    },
    async beginBulkLoad(token) {
      for (const index of indexesOf(token)) {
        await connection.run(
          `cannot drop the index "${index.name}"`,
          `DROP INDEX IF EXISTS ${identifier(table.schema)}.${identifier(index.name)}`,
        );
      }
    },
    async endBulkLoad(token) {
      for (const { definition } of indexesOf(token)) {
        // pg_get_indexdef prints "CREATE [UNIQUE] INDEX name ON …"; a second call must find nothing to do.
        await connection.run(
          `cannot rebuild an index of "${name}"`,
          definition.replace(/INDEX /, 'INDEX IF NOT EXISTS '),
        );
      }
    },
  };
}

function idKindOf({ type }: Column): 'uuid' | 'int64' | 'string' {
  if (type === 'uuid') return 'uuid';
  return /^(smallint|integer|bigint)$/.test(type) ? 'int64' : 'string';
}

function indexesOf(token: JsonValue): readonly { readonly name: string; readonly definition: string }[] {
  const { indexes } = token as { indexes?: readonly { name: string; definition: string }[] };
  return indexes ?? [];
}
