import { constants } from 'node:buffer';
import { crc32 } from 'node:zlib';
import {
  isMulti,
  isSparse,
  parseJson,
  stringifyJson,
  type DenseVector,
  type Metadata,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { mostBytes } from './record-size.ts';

/** One entry of a journal: a record that was written, or the key of one that was deleted. */
export type Entry =
  | { readonly record: VectorRecord }
  | { readonly deleted: { readonly id: string; readonly namespace: string | undefined } };

/** Length of the body, its CRC-32, and the number of the batch that it was accepted with; 32 bits each. */
export const HEADER_BYTES = 12;

interface Head {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly deleted?: true;
  /** Name, kind, and lengths; the numbers follow the text in this order, four bytes each, and eight where they are doubles. */
  readonly vectors?: readonly (readonly [
    string,
    'dense' | 'doubles' | 'sparse' | 'multi' | 'multi-doubles',
    number,
    number?,
  ])[];
  readonly metadata?: string;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
}

/** `doubles` names the vectors that are kept in 64 bits. */
export function encodeEntry(
  entry: Entry,
  batch: number,
  doubles: ReadonlySet<string> = new Set(),
): Uint8Array<ArrayBuffer> {
  const words: (DenseVector | Uint32Array)[] = [];
  const head = 'deleted' in entry ? { ...entry.deleted, deleted: true as const } : headOf(entry.record, words, doubles);
  const text = Buffer.from(JSON.stringify(head));
  const padded = text.length + ((4 - (text.length % 4)) % 4);
  const count = words.reduce((total, numbers) => total + numbers.length, 0);
  const frame = new Uint8Array(new ArrayBuffer(HEADER_BYTES + 4 + padded + count * 4));
  frame.set(text, HEADER_BYTES + 4);
  let at = HEADER_BYTES + 4 + padded;
  for (const numbers of words) {
    const Words = numbers instanceof Uint32Array ? Uint32Array : Float32Array;
    new Words(frame.buffer, at, numbers.length).set(numbers);
    at += numbers.length * 4;
  }
  const view = new DataView(frame.buffer);
  view.setUint32(HEADER_BYTES, text.length, true);
  view.setUint32(0, frame.length - HEADER_BYTES, true);
  view.setUint32(4, crc32(frame.subarray(HEADER_BYTES)), true);
  view.setUint32(8, batch, true);
  return frame;
}

function headOf(record: VectorRecord, words: (DenseVector | Uint32Array)[], doubles: ReadonlySet<string>): Head {
  const vectors = Object.entries(record.vectors).map(([name, vector]): NonNullable<Head['vectors']>[number] => {
    if (isSparse(vector)) {
      words.push(Uint32Array.from(vector.indices), vector.values);
      return [name, 'sparse', vector.values.length];
    }
    if (isMulti(vector)) {
      if (doubles.has(name)) {
        words.push(...vector.rows.map(halvesOf));
        return [name, 'multi-doubles', vector.rows.length, vector.rows[0]?.length ?? 0];
      }
      words.push(...vector.rows);
      return [name, 'multi', vector.rows.length, vector.rows[0]?.length ?? 0];
    }
    if (doubles.has(name)) {
      words.push(halvesOf(vector));
      return [name, 'doubles', vector.length];
    }
    words.push(vector);
    return [name, 'dense', vector.length];
  });
  return {
    id: record.id,
    namespace: record.namespace,
    vectors,
    metadata: stringifyJson(record.metadata),
    document: record.document,
    uri: record.uri,
  };
}

/** Each double as two words: frames are aligned to four bytes. */
function halvesOf(numbers: DenseVector): Uint32Array {
  return new Uint32Array(new Float64Array(numbers).buffer);
}

/** Why a record cannot be kept, `undefined` where it can: its texts have to be one text for a while. */
export function frameProblem(record: VectorRecord): string | undefined {
  if (mostBytes(record) < constants.MAX_STRING_LENGTH / 2) return undefined;
  try {
    encodeEntry({ record }, 0, new Set(Object.keys(record.vectors)));
    return undefined;
  } catch (cause) {
    if (cause instanceof RangeError) return 'its texts are longer than one text can be (512 MiB, escapes included)';
    throw cause;
  }
}

/** `body` must begin at a multiple of four bytes of its buffer: vectors are views on it. */
export function decodeEntry(body: Uint8Array<ArrayBuffer>): Entry {
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const head = JSON.parse(Buffer.from(body.buffer, body.byteOffset + 4, length).toString()) as Head;
  if (head.deleted === true) return { deleted: { id: head.id, namespace: head.namespace } };
  let at = body.byteOffset + 4 + length + ((4 - (length % 4)) % 4);
  const floats = (count: number): Float32Array => {
    at += count * 4;
    return new Float32Array(body.buffer, at - count * 4, count);
  };
  const doubles = (count: number): readonly number[] => {
    at += count * 8;
    return Array.from(new Float64Array(body.buffer.slice(at - count * 8, at)));
  };
  const vectors = (head.vectors ?? []).map(([name, kind, count, width = 0]): [string, Vector] => {
    if (kind === 'dense') return [name, floats(count)];
    if (kind === 'doubles') return [name, doubles(count)];
    if (kind === 'multi-doubles') return [name, { rows: Array.from({ length: count }, () => doubles(width)) }];
    if (kind === 'multi') return [name, { rows: Array.from({ length: count }, () => floats(width)) }];
    const indices = new Uint32Array(body.buffer, at, count);
    at += count * 4;
    return [name, { indices, values: floats(count) }];
  });
  return {
    record: {
      id: head.id,
      namespace: head.namespace,
      vectors: Object.fromEntries(vectors),
      metadata: parseJson(head.metadata ?? '{}') as Metadata,
      document: head.document,
      uri: head.uri,
    },
  };
}

/** Whether the body is what was written. */
export function isIntact(body: Uint8Array, sum: number): boolean {
  return crc32(body) === sum;
}
