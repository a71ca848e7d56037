import type { Witness } from '@vsm/core/adapter';
import { identifier, type Client } from './client.ts';
import type { Table } from './table.ts';

/** Counts rows past the keys by which a scan goes: those of the table itself, or the marks of a vec0 table for what is valid in it. */
export async function countPastKeys(client: Client, { name, kind, keyFrom, key }: Table): Promise<Witness> {
  const what = `cannot count the rows of "${name}"`;
  if (kind === 'vec0') {
    const chunks = await client.read(what, `SELECT validity FROM ${identifier(`${name}_chunks`)}`);
    const count = chunks.reduce(
      (total, { validity }) => total + (validity instanceof Uint8Array ? bitsIn(validity) : 0),
      0,
    );
    return { count, by: `a count of the valid places in the chunks of "${name}"` };
  }
  // The unary plus keeps an index from answering.
  const [row] = await client.read(what, `SELECT count(+${key[0]?.sql}) AS n FROM ${keyFrom} NOT INDEXED`);
  return { count: Number(row?.['n'] ?? 0), by: `a count of the rows in the table "${name}" itself, past its indexes` };
}

function bitsIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let bits = byte; bits > 0; bits &= bits - 1) count += 1;
  return count;
}
