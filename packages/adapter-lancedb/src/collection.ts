import type { Connection, Table } from '@lancedb/lancedb';
import {
  isMulti,
  own,
  rejectedRows,
  worthwhileParts,
  type CollectionV1,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import { vectorField } from './columns.ts';
import { describeTable } from './describe.ts';
import { keyOf, oneEach, removeDoubles } from './doubles.ts';
import { invalidCursor, readOnly, toVsmError } from './errors.ts';
import { idsIn, inNamespace } from './filter.ts';
import { createIndexes } from './indexes.ts';
import type { LanceDbOptions } from './options.ts';
import { search } from './query.ts';
import { blobColumns, fetchBlobs } from './blobs.ts';
import { columnsFor, ROW_ID, toRecords } from './read.ts';
import { JoinedWrites } from './joined-writes.ts';
import { layoutOf } from './schema.ts';
import { Snapshots } from './snapshots.ts';
import type { TableLock } from './table-lock.ts';
import { countByColumn, witnessColumns } from './witness.ts';
import { witnessRecords } from './witness-records.ts';
import { RowWriter } from './row-writer.ts';
import { problem } from './write.ts';

/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_ROWS = 1000;

interface Opened {
  readonly collection: CollectionV1;
  readonly close: () => Promise<void>;
}

export async function openTable(
  connection: Connection,
  name: string,
  options: LanceDbOptions,
  writing: TableLock,
): Promise<Opened> {
  const table = await connection.openTable(name);
  let layout = await layoutOf(table, options);
  const snapshots = new Snapshots(connection, name);

  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (cause) {
      throw toVsmError(cause, `${what} table "${name}"`, writing.where);
    }
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
    const blobs = blobColumns(layout.schema, columns);
    const needsRow = blobs.length > 0 || layout.ids.length === 0;
    const query = needsRow
      ? from
          .query()
          .withRowId()
          .select([...columns, ROW_ID])
      : from.query().select(columns);
    where(query);
    const records: VectorRecord[] = [];
    for await (const batch of query) records.push(...toRecords(batch, layout, await fetchBlobs(from, batch, blobs)));
    return records;
  };
  /** A vector that was declared without a dimension gets its column with the first record that has it. */
  const addVectorColumns = async (records: readonly VectorRecord[]): Promise<void> => {
    const missing = layout.vectors.flatMap(({ name: vectorName, column, kind, dimension }) => {
      if (kind === 'sparse') return [];
      const vector =
        dimension === undefined
          ? records.map(({ vectors }) => own(vectors, vectorName)).find((one) => one !== undefined)
          : undefined;
      if (vector === undefined) return [];
      const length = isMulti(vector) ? vector.rows[0]?.length : 'length' in vector ? vector.length : undefined;
      return length === undefined ? [] : [vectorField(column, { kind, dimension: length })];
    });
    if (missing.length === 0) return;
    await table.addColumns(missing);
    layout = await layoutOf(table, options);
  };

  const writer = new RowWriter(table);
  const writes = new JoinedWrites(
    (work) => writing.exclusively(work),
    async (records, replace) => {
      await addVectorColumns(records);
      await writer.write(records, layout, replace);
    },
  );
  const unfit = (records: readonly VectorRecord[]): Rejection[] =>
    rejectedRows(records, (record) => problem(record, layout));

  const collection: CollectionV1 = {
    name,
    async describe() {
      return attempt('describe', () => describeTable(name, table, layout));
    },
    async count({ namespace } = {}) {
      return attempt('count the rows of', async () => ({
        value: await table.countRows(inNamespace(layout, namespace)),
        exact: true,
      }));
    },
    async witness() {
      const [column] = [...layout.ids, ...layout.vectors.map((vector) => vector.column)];
      if (column === undefined) return undefined;
      return {
        count: await attempt('count the rows of', () => countByColumn(table, column)),
        by: `a count over the values of column "${column}"`,
        hint: 'The table was written to while it was read, or a fragment of it cannot be read.',
      };
    },
    async witnessValues() {
      return attempt('count the values of', () => witnessColumns(table, layout));
    },
    async witnessRecords(request) {
      return attempt('witness records of', () => witnessRecords(table, layout, request));
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
        const rows = await (await snapshots.at(version)).countRows();
        const size = Math.max(1, Math.ceil(rows / worthwhileParts(target, rows, LEAST_ROWS)));
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
      const frozen = await snapshots.at(version).catch((cause: unknown) => {
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
      const rejected = unfit(records);
      const refused = new Set(rejected.map(keyOf));
      const [key, ...others] = layout.ids;
      if (key === undefined || others.length > 0) throw readOnly(name, layout.ids);
      const good = records.filter((record) => !refused.has(keyOf(record)));
      if (good.length > 0) {
        await attempt('write to', () => writes.write(good, upsertOptions?.mode !== 'insert-only'));
      }
      return { accepted: good.length, rejected };
    },
    wouldReject: async (records) => unfit(records),
    async fetch(ids, fetchOptions) {
      if (ids.length === 0) return [];
      const columns = columnsFor(layout, ['vectors', 'metadata']);
      return attempt('read from', async () => {
        const found = await read(table, (query) => query.where(idsIn(layout, ids, fetchOptions?.namespace)), columns);
        return layout.own === undefined ? found : oneEach(found);
      });
    },
    async delete(ids, deleteOptions) {
      if (ids.length === 0) return;
      const gone = idsIn(layout, ids, deleteOptions?.namespace);
      await attempt('delete from', () => writing.exclusively(() => table.delete(gone)));
    },
    async query(request) {
      return attempt('search', async () =>
        search(table, layout, (await describeTable(name, table, layout)).vectors, request),
      );
    },
    async flush() {
      await attempt('optimize', () =>
        writing.exclusively(async () => {
          // In a table made by others, two rows of one id may be meant.
          if (layout.own !== undefined && !(await writer.isDistinct())) await removeDoubles(table, layout);
          writer.forget();
          // Every write left a fragment of its own; many small ones make reading slow.
          await table.optimize();
        }),
      );
      await writing.release();
    },
    async prepareBulkLoad() {
      return {};
    },
    async beginBulkLoad() {
      // An index covers the rows that were there when it was made: there is nothing to switch off, only to make at the end.
    },
    async endBulkLoad() {
      await attempt('index', () => writing.exclusively(() => createIndexes(table, layout)));
      await writing.release();
    },
  };
  return {
    collection,
    async close() {
      await writing.release();
      table.close();
      snapshots.close();
    },
  };
}
