import { WireType, type BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  isDense,
  isSparse,
  setOwn,
  type DenseVector,
  type Vector,
  type VectorRecord,
  vectorToBytes,
} from '@vsm/core/adapter';
import { readMessage } from './wire.ts';

// Field numbers of qdrant.Vector and qdrant.VectorOutput, which are alike, in
// https://github.com/qdrant/qdrant/blob/master/lib/api/src/grpc/proto/points.proto
// Deprecated in favour of the ones below; some versions still answer with these.
const DATA = 1;
const INDICES = 2;
const ROWS = 3;
const DENSE = 101;
const SPARSE = 102;
const MULTI = 103;

/** Writes the field `vectors` of a point. */
export function writeVectors(writer: BinaryWriter, number: number, vectors: VectorRecord['vectors']): void {
  const names = Object.keys(vectors);
  const unnamed = names.length === 1 ? vectors[''] : undefined;
  writer.tag(number, WireType.LengthDelimited).fork();
  // The unnamed vector alone stands bare; beside sparse ones it has the empty name.
  if (unnamed !== undefined && !isSparse(unnamed)) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writeVector(writer, unnamed);
    writer.join();
  } else {
    writer.tag(2, WireType.LengthDelimited).fork();
    for (const name of names) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(name);
      writer.tag(2, WireType.LengthDelimited).fork();
      writeVector(writer, vectors[name] as Vector);
      writer.join().join();
    }
    writer.join();
  }
  writer.join();
}

function writeVector(writer: BinaryWriter, vector: Vector): void {
  if (isDense(vector)) {
    writer.tag(DENSE, WireType.LengthDelimited).fork();
    writeFloats(writer, vector);
  } else if (isSparse(vector)) {
    writer.tag(SPARSE, WireType.LengthDelimited).fork();
    writeFloats(writer, vector.values);
    writer.tag(2, WireType.LengthDelimited).fork();
    for (let at = 0; at < vector.indices.length; at += 1) writer.uint32(vector.indices[at] as number);
    writer.join();
  } else {
    writer.tag(MULTI, WireType.LengthDelimited).fork();
    for (const row of vector.rows) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writeFloats(writer, row);
      writer.join();
    }
  }
  writer.join();
}

/** Field 1 of each of the three. The format wants the bytes of little-endian machines, which all that Node runs on are. */
function writeFloats(writer: BinaryWriter, vector: DenseVector): void {
  writer.tag(1, WireType.LengthDelimited).bytes(vectorToBytes(vector, 'float32'));
}

/** Reads the field `vectors` of a point, in front of which the reader stands. */
export function readVectors(reader: BinaryReader): Record<string, Vector> {
  const vectors: Record<string, Vector> = {};
  readMessage(reader, (field) => {
    if (field === 1) vectors[''] = readVector(reader);
    else if (field === 2) readMessage(reader, (entry) => entry === 1 && setNamed(vectors, reader));
    else return false;
  });
  return vectors;
}

function setNamed(vectors: Record<string, Vector>, reader: BinaryReader): void {
  let name = '';
  let vector: Vector = [];
  readMessage(reader, (field) => {
    if (field === 1) name = reader.string();
    else if (field === 2) vector = readVector(reader);
    else return false;
  });
  setOwn(vectors, name, vector);
}

function readVector(reader: BinaryReader): Vector {
  let data = new Float32Array(0);
  let indices: Uint32Array | undefined;
  let rows: number | undefined;
  let modern: Vector | undefined;
  readMessage(reader, (field, type) => {
    if (field === DATA) data = readFloats(reader, type);
    else if (field === INDICES) indices = readIndices(reader);
    else if (field === ROWS) rows = reader.uint32();
    else if (field === DENSE) modern = readDense(reader);
    else if (field === SPARSE) modern = readSparse(reader);
    else if (field === MULTI) modern = readMulti(reader);
    else unknown(field, type);
  });
  if (modern !== undefined) return modern;
  if (indices !== undefined) return { indices, values: data };
  return rows === undefined ? data : { rows: cut(data, rows) };
}

function cut(data: Float32Array, count: number): Float32Array[] {
  const length = data.length / Math.max(1, count);
  return Array.from({ length: count }, (_, row) => data.subarray(row * length, (row + 1) * length));
}

function readDense(reader: BinaryReader): Float32Array {
  let data = new Float32Array(0);
  readMessage(reader, (field, type) => {
    if (field === 1) data = readFloats(reader, type);
    else unknown(field, type);
  });
  return data;
}

function readSparse(reader: BinaryReader): Vector {
  let values = new Float32Array(0);
  let indices = new Uint32Array(0);
  readMessage(reader, (field, type) => {
    if (field === 1) values = readFloats(reader, type);
    else if (field === 2) indices = readUints(reader, type);
    else unknown(field, type);
  });
  return { indices, values };
}

function readMulti(reader: BinaryReader): Vector {
  const rows: Float32Array[] = [];
  readMessage(reader, (field, type) => {
    if (field === 1) rows.push(readDense(reader));
    else unknown(field, type);
  });
  return { rows };
}

function readIndices(reader: BinaryReader): Uint32Array {
  let indices = new Uint32Array(0);
  readMessage(reader, (field, type) => {
    if (field === 1) indices = readUints(reader, type);
    else unknown(field, type);
  });
  return indices;
}

/** Floats that are allocated at once: a buffer for each vector costs more than everything else about it. */
const CHUNK = 65_536;
let chunk = new Float32Array(0);
let used = 0;

/** A place of its own in a chunk that is shared with other vectors and never used again. */
function allocate(length: number): Float32Array<ArrayBuffer> {
  if (used + length > chunk.length) {
    chunk = new Float32Array(Math.max(CHUNK, length));
    used = 0;
  }
  used += length;
  return chunk.subarray(used - length, used);
}

/** A copy: a view on the page would have to begin at a multiple of four, and would keep all of it in memory. */
function readFloats(reader: BinaryReader, type: WireType): Float32Array<ArrayBuffer> {
  if (type !== WireType.LengthDelimited) unknown(DATA, type);
  const bytes = reader.bytes();
  if (bytes.length % 4 !== 0) throw new Error(`floats of ${bytes.length} bytes`);
  const floats = allocate(bytes.length / 4);
  new Uint8Array(floats.buffer, floats.byteOffset, bytes.length).set(bytes);
  return floats;
}

function readUints(reader: BinaryReader, type: WireType): Uint32Array<ArrayBuffer> {
  if (type !== WireType.LengthDelimited) unknown(INDICES, type);
  const values: number[] = [];
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) values.push(reader.uint32());
  return Uint32Array.from(values);
}

/** A vector of a form that this version does not know must not pass for one without components. */
function unknown(field: number, type: WireType): never {
  throw new Error(`a vector with an unknown field ${field} of wire type ${type}`);
}
