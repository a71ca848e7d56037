import type { Table } from '@lancedb/lancedb';
import { isMulti, isSparse, stringifyJson, type Vector, type VectorRecord } from '@vsm/core/adapter';
import { columnsFor, ROW_ID, toRecords } from './read.ts';
import type { Layout } from './schema.ts';

// The engine has no unique keys. Two processes that write one table at the same time, past our lock, leave a record in two rows.

/** Bits of the tables of first and second sight for each row: of 32 rows, about one is looked at again for nothing. */
const BITS_PER_ROW = 32;
/** Row ids of one SQL expression. */
const BATCH = 1000;

/**
 * Takes away rows that say of a record what another row says too. Rows of one record that differ stay: nothing here can tell which is
 * right, and {@link oneEach} lets whoever writes both sides find out.
 */
export async function removeDoubles(table: Table, layout: Layout): Promise<void> {
  const seen = new Uint32Array(Math.ceil(((await table.countRows()) * BITS_PER_ROW) / 32) + 1);
  const again = new Uint32Array(seen.length);
  for await (const { key } of keysOf(table, layout)) mark(bit(seen, key) ? again : seen, key);
  const rows = new Map<string, bigint[]>();
  for await (const { key, row } of keysOf(table, layout)) {
    if (!bit(again, key)) continue;
    const known = rows.get(key);
    if (known === undefined) rows.set(key, [row]);
    else known.push(row);
  }
  const doubled = [...rows.values()].filter((group) => group.length > 1).flat();
  for (let start = 0; start < doubled.length; start += BATCH) {
    const surplus = await surplusOf(table, layout, doubled.slice(start, start + BATCH));
    if (surplus.length > 0) await table.delete(`${ROW_ID} IN (${surplus.join(', ')})`);
  }
}

/** Without rows that repeat another, and without a record at all where its rows differ: whoever compares writes it anew then. */
export function oneEach(records: readonly VectorRecord[]): VectorRecord[] {
  const groups = Map.groupBy(records, keyOf);
  if (groups.size === records.length) return [...records];
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first !== undefined && new Set(group.map(textOf)).size === 1 ? [first] : [];
  });
}

async function surplusOf(table: Table, layout: Layout, rows: readonly bigint[]): Promise<bigint[]> {
  const known = new Set<string>();
  const surplus: bigint[] = [];
  const query = table
    .query()
    .withRowId()
    .select([...columnsFor(layout, ['vectors', 'metadata']), ROW_ID])
    .where(`${ROW_ID} IN (${rows.join(', ')})`);
  for await (const batch of query) {
    const rowIds = batch.getChild(ROW_ID);
    for (const [at, record] of toRecords(batch, layout).entries()) {
      const text = `${keyOf(record)}${textOf(record)}`;
      if (known.has(text)) surplus.push(rowIds?.get(at) as bigint);
      known.add(text);
    }
  }
  return surplus;
}

/** Of each row, the key of its record and its number. */
export async function* keysOf(table: Table, layout: Layout): AsyncGenerator<{ key: string; row: bigint }> {
  const columns = [...layout.ids, ...(layout.namespace === undefined ? [] : [layout.namespace]), ROW_ID];
  for await (const batch of table.query().withRowId().select(columns)) {
    const rowIds = batch.getChild(ROW_ID);
    for (const [at, record] of toRecords(batch, layout).entries()) {
      yield { key: keyOf(record), row: rowIds?.get(at) as bigint };
    }
  }
}

export function keyOf({ id, namespace }: Pick<VectorRecord, 'id' | 'namespace'>): string {
  return JSON.stringify([namespace ?? '', id]);
}

/** Equal for equal contents, bit for bit. */
function textOf({ vectors, metadata, document, uri }: VectorRecord): string {
  const numbers = Object.entries(vectors).map(([name, vector]) => [name, bytesOf(vector)]);
  return JSON.stringify([numbers, stringifyJson(metadata), document ?? null, uri ?? null]);
}

function bytesOf(vector: Vector): readonly string[] {
  const rows = isMulti(vector) ? vector.rows : isSparse(vector) ? [vector.values] : [vector];
  return rows.map((row) => Buffer.from(Float32Array.from(row).buffer).toString('base64'));
}

function bit(table: Uint32Array, key: string): boolean {
  const at = hash(key) % (table.length * 32);
  return ((table[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

function mark(table: Uint32Array, key: string): void {
  const at = hash(key) % (table.length * 32);
  table[at >>> 5] = (table[at >>> 5] ?? 0) | (1 << (at & 31));
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
