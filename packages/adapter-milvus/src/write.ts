import {
  isProblem,
  own,
  rejectedRows,
  rejection,
  RemoteError,
  setOwn,
  writeHalving,
  type CollectionV1,
  type MetadataValue,
  type RecordProblem,
  type Rejection,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { callOf, ofCollection, type CollectionContext } from './context.ts';
import { insert, remove, upsert } from './grpc/rows.ts';
import { amongKeys, encodeKey } from './keys.ts';
import { namespaceOfPartition, OURS, type Layout } from './layout.ts';
import { writeColumns } from './rows.ts';
import { valueProblem } from './values.ts';
import { vectorProblem } from './vectors.ts';

type Cell = MetadataValue | Vector | undefined;
interface Row {
  readonly record: VectorRecord;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly partition: string;
}

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete'>>;

export function createWriter(context: CollectionContext): Writer {
  const { client, layout } = context;

  const send = async (rows: readonly Row[], partition: string, signal?: AbortSignal): Promise<void> => {
    const fields = writeColumns(
      rows.map(({ cells }) => cells),
      layout(),
    );
    const request = { ...ofCollection(context), partition, fields, rows: rows.length };
    const call = callOf(context, 'write to', { signal });
    const { splitByKey, key } = layout();
    if (splitByKey) {
      // An upsert of 2.3 puts rows into a partition that a search by the key does not look into.
      const filter = amongKeys(
        rows.map(({ cells }) => cells.get(key.name) as string | bigint),
        layout(),
      );
      await client.call(remove, { ...ofCollection(context), filter }, call);
    }
    const { ids } = await client.call(splitByKey ? insert : upsert, request, call);
    const written = ids?.strings?.data.length ?? ids?.ints?.data.length ?? 0;
    if (written === rows.length) return;
    const message = `milvus: cannot write to "${context.name}": ${client.location} took ${written} of ${rows.length} rows`;
    throw new RemoteError(message, { adapter: 'milvus', retryable: false });
  };

  return {
    async upsert(records, options) {
      const rejected: Rejection[] = [];
      const now = layout();
      const keys = new Map<string | bigint, Row>();
      for (const record of records) {
        const row = toRow(record, now);
        if (isProblem(row)) rejected.push(rejection(record, row));
        // Of two rows with one key in a call, the server would keep both.
        else keys.set(row.cells.get(now.key.name) as string | bigint, row);
      }
      const partitions = new Map<string, Row[]>();
      for (const row of keys.values()) {
        const rows = partitions.get(row.partition) ?? [];
        partitions.set(row.partition, rows);
        rows.push(row);
      }
      for (const [partition, rows] of partitions) {
        await writeHalving(rows, {
          write: (some) => send(some, partition, options?.signal),
          problemOf: problemOfData,
          rejected,
        });
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    wouldReject: async (records) => rejectedRows(records, (record) => toRow(record, layout())),
    async delete(ids, options) {
      const now = layout();
      const namespace = options?.namespace ?? '';
      const partition = partitionOf(namespace, now);
      const keys = ids.map((id) => encodeKey({ id, namespace }, now)).filter((key) => key !== undefined);
      if (partition === undefined || keys.length === 0) return;
      const request = { ...ofCollection(context), partition, filter: amongKeys(keys, now) };
      await client.call(remove, request, callOf(context, 'delete from', options));
    },
  };
}

/** A batch is refused as a whole for what one row holds. */
function problemOfData(error: unknown): string | undefined {
  const isRefusal = error instanceof RemoteError && !error.retryable && !error.tooLarge && error.status !== undefined;
  return isRefusal ? error.message.slice(0, 500) : undefined;
}

/** `''` for all of them. */
function partitionOf(namespace: string, { namespaces, partitions }: Layout): string | undefined {
  if (namespaces === 'key') return '';
  if (namespaces === undefined) return namespace === '' ? '' : undefined;
  return partitions.find((name) => namespaceOfPartition(name) === namespace);
}

function toRow(record: VectorRecord, layout: Layout): Row | RecordProblem {
  const key = encodeKey(record, layout);
  if (key === undefined) return { reason: 'invalid-id', detail: 'the keys of the collection are integers of 64 bits' };
  const partition = partitionOf(record.namespace ?? '', layout);
  if (partition === undefined) {
    const detail = `the collection has no ${layout.namespaces === undefined ? 'namespaces' : 'partition for it'}, but the record is in "${record.namespace}"`;
    return { reason: 'refused', detail };
  }
  if (typeof key === 'string' && Buffer.byteLength(key) > layout.key.longest) {
    return { reason: 'invalid-id', detail: `namespace and id are over ${layout.key.longest} bytes` };
  }
  const cells = new Map<string, Cell>([[layout.key.name, key]]);
  const problem = layout.ours ? putOurs(record, layout, cells) : putForeign(record, layout, cells);
  return problem ?? { record, cells, partition };
}

function putOurs(record: VectorRecord, layout: Layout, cells: Map<string, Cell>): RecordProblem | undefined {
  const { document, namespace = '', metadata } = record;
  const absent = document === undefined ? [OURS.document as string] : [];
  for (const { name, column } of layout.columns.vectors) {
    const vector = own(record.vectors, name);
    const field = layout.fields.get(column);
    const detail = field === undefined || vector === undefined ? undefined : vectorProblem(field, vector);
    if (detail !== undefined) return { reason: 'invalid-vector', detail };
    if (vector === undefined) absent.push(column);
    cells.set(column, vector);
  }
  const longest = layout.fields.get(OURS.document)?.longest ?? 0;
  if (Buffer.byteLength(document ?? '') > longest) {
    return { reason: 'too-large', detail: `the document is over ${longest} bytes` };
  }
  cells.set(OURS.document, document ?? '');
  cells.set(OURS.metadata, metadata);
  cells.set(OURS.absent, absent.length === 0 ? '' : `,${absent.join(',')},`);
  if (layout.namespaces === 'key') cells.set(OURS.namespace, namespace);
  return undefined;
}

function putForeign(record: VectorRecord, layout: Layout, cells: Map<string, Cell>): RecordProblem | undefined {
  const { columns, fields } = layout;
  const rest: Record<string, MetadataValue> = {};
  const byKey = new Map(columns.fields.map(({ key, column }) => [key, column]));
  for (const [key, value] of Object.entries(record.metadata)) {
    const column = byKey.get(key);
    if (column !== undefined) cells.set(column, value);
    else if (columns.metadata !== undefined) setOwn(rest, key, value);
    else return { reason: 'invalid-metadata', detail: `the collection has no field "${key}", and no dynamic ones` };
  }
  if (columns.metadata !== undefined) cells.set(columns.metadata, rest);
  for (const part of ['document', 'uri'] as const) {
    const column = columns[part];
    if (column !== undefined) cells.set(column, record[part]);
    else if (record[part] !== undefined) {
      return { reason: 'refused', detail: `the collection has no field for the ${part}: name one with ${part}=` };
    }
  }
  for (const { name, column } of columns.vectors) cells.set(column, own(record.vectors, name));
  const vectors = new Set(columns.vectors.map(({ column }) => column));
  for (const field of fields.values()) {
    const cell = cells.get(field.name);
    if (field.computed || field.key) continue;
    const detail = vectors.has(field.name)
      ? vectorProblem(field, cell as Vector | undefined)
      : valueProblem(cell as MetadataValue | undefined, field);
    if (detail !== undefined)
      return { reason: vectors.has(field.name) ? 'invalid-vector' : 'invalid-metadata', detail };
  }
  return undefined;
}
