import type { Connection, Table, VectorQuery } from '@lancedb/lancedb';
import {
  isMulti,
  type CollectionDescription,
  type CollectionV1,
  type Match,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core/adapter';
import { vectorField } from './columns.ts';
import { invalidCursor, invalidOptions, toVsmError } from './errors.ts';
import { createIndexes, readIndexes } from './indexes.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { LanceDbOptions } from './options.ts';
import { columnsFor, toRecords } from './reading.ts';
import { problem, toTable } from './writing.ts';

/** Open versions of a table; one scan needs one. */
const MOST_SNAPSHOTS = 4;

interface Opened {
  readonly collection: CollectionV1;
  readonly close: () => void;
}

export async function openTable(connection: Connection, name: string, options: LanceDbOptions): Promise<Opened> {
  const table = await connection.openTable(name);
  let layout = layoutOf(name, await table.schema(), options);
  const snapshots = new Map<number, Promise<Table>>();
  let writing: Promise<unknown> = Promise.resolve();

  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (cause) {
      throw toVsmError(cause, `${what} table "${name}"`);
    }
  };
  const snapshot = async (version: number): Promise<Table> => {
    const known = snapshots.get(version);
    if (known !== undefined) return known;
    const opening = openAt(connection, name, version);
    snapshots.set(version, opening);
    const [oldest] = snapshots.keys();
    if (snapshots.size > MOST_SNAPSHOTS && oldest !== undefined) snapshots.delete(oldest);
    return opening.catch((cause: unknown) => {
      snapshots.delete(version);
      throw cause;
    });
  };
  const parse = (text: string): readonly number[] => {
    const numbers = text.split(/[:-]/).map(Number);
    if (numbers.length < 2 || !numbers.every(Number.isSafeInteger)) throw invalidCursor(name, text);
    return numbers;
  };
  const read = async (
    from: Table,
    where: (query: ReturnType<Table['query']>) => unknown,
    columns: string[],
  ): Promise<VectorRecord[]> => {
    const query = from.query().select(columns);
    where(query);
    const records: VectorRecord[] = [];
    for await (const batch of query) records.push(...toRecords(batch, layout));
    return records;
  };
  const inNamespace = (namespace: string | undefined): string | undefined => {
    if (namespace === undefined) return undefined;
    if (layout.namespace !== undefined) return `${identifier(layout.namespace)} = ${literal(namespace)}`;
    return namespace === '' ? undefined : 'false';
  };
  const idsIn = (ids: readonly string[], namespace: string | undefined): string => {
    const isInteger =
      layout.schema.fields
        .find((field) => field.name === layout.id)
        ?.type.toString()
        .includes('nt') ?? false;
    const list = ids.map((id) => (isInteger && /^-?\d+$/.test(id) ? id : literal(id))).join(', ');
    const scope = inNamespace(namespace ?? '');
    return `${identifier(layout.id)} IN (${list})${scope === undefined ? '' : ` AND ${scope}`}`;
  };
  /** A vector that was declared without a dimension gets its column with the first record that has it. */
  const addVectorColumns = async (records: readonly VectorRecord[]): Promise<void> => {
    const missing = layout.vectors.flatMap(({ name: vectorName, column, kind, dimension }) => {
      const vector =
        dimension === undefined ? records.find((record) => record.vectors[vectorName])?.vectors[vectorName] : undefined;
      if (vector === undefined) return [];
      const length = isMulti(vector) ? vector.rows[0]?.length : 'length' in vector ? vector.length : undefined;
      return length === undefined ? [] : [vectorField(column, { kind, dimension: length })];
    });
    if (missing.length === 0) return;
    await table.addColumns(missing);
    layout = layoutOf(name, await table.schema(), options);
  };

  const collection: CollectionV1 = {
    name,
    async describe() {
      return attempt('describe', () => describeTable(name, table, layout));
    },
    async count({ namespace } = {}) {
      return attempt('count the rows of', async () => ({
        value: await table.countRows(inNamespace(namespace)),
        exact: true,
      }));
    },
    async listNamespaces() {
      return attempt('list the namespaces of', async () => {
        const column = layout.namespace;
        if (column === undefined) return (await table.countRows()) > 0 ? [''] : [];
        const found = new Set<string>();
        for await (const batch of table.query().select([column])) {
          for (const value of batch.getChild(column) ?? []) found.add(String(value ?? ''));
        }
        return [...found].toSorted();
      });
    },
    async partition(target) {
      return attempt('split', async () => {
        const version = await table.version();
        const rows = await (await snapshot(version)).countRows();
        const size = Math.max(1, Math.ceil(rows / target));
        return Array.from({ length: Math.max(1, Math.ceil(rows / size)) }, (_, at) => {
          const to = Math.min(rows, (at + 1) * size);
          return { id: `${version}:${at * size}-${to}`, estimatedCount: to - at * size };
        });
      });
    },
    async scan({ partition, cursor, limit, include, namespace }) {
      const [fixed, first = 0, end] = partition === undefined ? [] : parse(partition.id);
      const latest = async (): Promise<number> => attempt('read', () => table.version());
      const [version = fixed ?? (await latest()), from = first] = cursor === undefined ? [] : parse(cursor);
      const frozen = await snapshot(version).catch((cause: unknown) => {
        throw invalidCursor(name, cursor ?? partition?.id ?? '', cause);
      });
      return attempt('read', async () => {
        const last = end ?? (await frozen.countRows());
        const wanted = Math.min(limit, last - from);
        if (wanted <= 0) return { records: [], cursor: null };
        const records = await read(frozen, (query) => query.offset(from).limit(wanted), columnsFor(layout, include));
        return {
          records: records.filter((record) => namespace === undefined || (record.namespace ?? '') === namespace),
          cursor: from + wanted < last ? `${version}:${from + wanted}` : null,
        };
      });
    },
    async upsert(records, upsertOptions) {
      const work = async (): Promise<{ accepted: number; rejected: NonNullable<ReturnType<typeof problem>>[] }> => {
        const rejected = records.flatMap((record) => problem(record, layout) ?? []);
        const refused = new Set(rejected.map(({ id, namespace }) => `${namespace ?? ''}\0${id}`));
        const good = records.filter(({ id, namespace }) => !refused.has(`${namespace ?? ''}\0${id}`));
        if (good.length === 0) return { accepted: 0, rejected };
        await addVectorColumns(good);
        const merge = table
          .mergeInsert(layout.namespace === undefined ? layout.id : [layout.id, layout.namespace])
          .whenNotMatchedInsertAll();
        const replace = upsertOptions?.mode !== 'insert-only';
        await (replace ? merge.whenMatchedUpdateAll() : merge).execute(toTable(good, layout));
        return { accepted: good.length, rejected };
      };
      // One after the other: merges of one process would only make each other try again.
      const result = writing.then(() => attempt('write to', work));
      writing = result.catch(() => undefined);
      return result;
    },
    async fetch(ids, fetchOptions) {
      if (ids.length === 0) return [];
      const columns = columnsFor(layout, ['vectors', 'metadata']);
      return attempt('read from', () =>
        read(table, (query) => query.where(idsIn(ids, fetchOptions?.namespace)), columns),
      );
    },
    async delete(ids, deleteOptions) {
      if (ids.length === 0) return;
      await attempt('delete from', () => table.delete(idsIn(ids, deleteOptions?.namespace)));
    },
    async query({ vector, using = '', topK, namespace, exact }) {
      const searched = layout.vectors.find((candidate) => candidate.name === using);
      const { vectors } = await attempt('describe', () => describeTable(name, table, layout));
      const schema = vectors[using];
      if (searched === undefined || searched.dimension === undefined || schema === undefined) return [];
      if ('indices' in vector) throw invalidOptions('cannot search for a sparse vector');
      return attempt('search', async () => {
        const rows = isMulti(vector) ? vector.rows : [vector];
        let query: VectorQuery = table.query().nearestTo(Float32Array.from(rows[0] ?? []));
        for (const row of rows.slice(1)) query = query.addQueryVector(Float32Array.from(row));
        query = query.column(searched.column).distanceType(distanceType(schema)).limit(topK);
        if (exact === true) query = query.bypassVectorIndex();
        const scope = inNamespace(namespace);
        if (scope !== undefined) query.where(scope);
        const columns = [layout.id, ...(layout.namespace === undefined ? [] : [layout.namespace]), '_distance'];
        const matches: Match[] = [];
        for await (const batch of query.select(columns)) {
          const scores = batch.getChild('_distance');
          for (const [at, record] of toRecords(batch, layout).entries()) {
            matches.push({ id: record.id, namespace: record.namespace, score: Number(scores?.get(at)) });
          }
        }
        return matches;
      });
    },
    async flush() {
      // Every write left a fragment of its own; many small ones make reading slow.
      await attempt('optimize', () => table.optimize());
    },
    async prepareBulkLoad() {
      return {};
    },
    async beginBulkLoad() {
      // An index covers the rows that were there when it was made: there is nothing to switch off, only to make at the end.
    },
    async endBulkLoad() {
      await attempt('index', () => createIndexes(table, layout));
    },
  };
  return {
    collection,
    close() {
      table.close();
      for (const opened of snapshots.values()) opened.then((frozen) => frozen.close()).catch(() => undefined);
      snapshots.clear();
    },
  };
}

async function openAt(connection: Connection, name: string, version: number): Promise<Table> {
  const table = await connection.openTable(name);
  await table.checkout(version);
  return table;
}

// Not by the name that the table tells: 0.39 refuses that while anything else runs on it.
async function describeTable(name: string, table: Table, layout: Layout): Promise<CollectionDescription> {
  const { metrics, native } = await readIndexes(table, layout);
  const vectors = Object.fromEntries(
    layout.vectors.map(({ name: vector, column, kind, dimension }): [string, VectorSchema] => {
      const declared = layout.own?.vectors[vector];
      const told = declared === undefined || declared.kind === 'sparse' ? undefined : declared;
      const metric = metrics.get(column) ?? told?.metric;
      return [vector, { ...told, kind, dimension: dimension ?? told?.dimension, metric }];
    }),
  );
  const columns = Object.fromEntries(layout.fields.map(({ column, type }) => [column, type]));
  return {
    ...layout.own,
    name,
    vectors,
    namespaces: layout.namespace !== undefined,
    fields: layout.own?.fields ?? columns,
    native: { ...layout.own?.native, ...(native !== undefined && { lancedb: native }) },
    notes: layout.notes,
  };
}

function distanceType(schema: VectorSchema): 'l2' | 'cosine' | 'dot' {
  const metric = schema.kind === 'sparse' ? undefined : schema.metric;
  return metric === 'euclidean' ? 'l2' : metric === 'dot' ? 'dot' : 'cosine';
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(column: string): string {
  return `\`${column}\``;
}
