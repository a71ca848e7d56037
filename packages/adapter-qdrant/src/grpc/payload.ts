import { WireType, type BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  float,
  integer,
  isMetadataArray,
  isMetadataObject,
  type Metadata,
  type MetadataValue,
} from '@vsm/core/adapter';
import { readEnd, readMessage, readTag } from './wire.ts';

/** What the binary form cannot hold exactly, so that these records go over JSON. */
export class NotBinary extends Error {
  override readonly name = 'NotBinary';
}

const LARGEST_INT64 = 2n ** 63n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);
const BEYOND_INT64 = 2 ** 63;

// Field numbers of qdrant.Value in https://github.com/qdrant/qdrant/blob/master/lib/api/src/grpc/proto/json_with_int.proto
const NULL = 1;
const DOUBLE = 2;
const INTEGER = 3;
const STRING = 4;
const BOOLEAN = 5;
const OBJECT = 6;
const LIST = 7;

/** Writes one entry of a `map<string, Value>`, which is the field `number` of the message that is being written. */
export function writeEntry(writer: BinaryWriter, number: number, key: string, value: MetadataValue): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  writeText(writer, 1, key);
  writer.tag(2, WireType.LengthDelimited).fork();
  writeValue(writer, value);
  writer.join().join();
}

function writeValue(writer: BinaryWriter, value: MetadataValue): void {
  if (typeof value === 'string') writeText(writer, STRING, value);
  else if (typeof value === 'boolean') writer.tag(BOOLEAN, WireType.Varint).bool(value);
  else if (value === null) writer.tag(NULL, WireType.Varint).uint32(0);
  else if (typeof value === 'bigint') {
    if (value > LARGEST_INT64 || value < SMALLEST_INT64) throw new NotBinary(`the integer ${value}`);
    writer.tag(INTEGER, WireType.Varint).int64(value);
  } else if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) {
    writer.tag(INTEGER, WireType.Varint).int64(value);
  } else if (isMetadataArray(value)) {
    writer.tag(LIST, WireType.LengthDelimited).fork();
    for (const item of value) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writeValue(writer, item);
      writer.join();
    }
    writer.join();
  } else if (isMetadataObject(value)) {
    writer.tag(OBJECT, WireType.LengthDelimited).fork();
    for (const key of Object.keys(value)) writeEntry(writer, 1, key, value[key] as MetadataValue); // own keys
    writer.join();
  } else writer.tag(DOUBLE, WireType.Bit64).double(Number(value));
}

/** The encoder would put U+FFFD in the place of half a surrogate pair, where JSON says what is wrong. */
function writeText(writer: BinaryWriter, number: number, text: string): void {
  if (!text.isWellFormed()) throw new NotBinary('text with half a surrogate pair');
  writer.tag(number, WireType.LengthDelimited).string(text);
}

/** Reads one entry of a `map<string, Value>`, in front of which the reader stands. */
export function readEntry(reader: BinaryReader): [string, MetadataValue] {
  let key = '';
  let value: MetadataValue = null;
  // Not by visits of a function: there are as many entries as values in a page.
  for (const end = readEnd(reader); reader.pos < end;) {
    const tag = readTag(reader);
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = readValue(reader);
    else reader.skip(tag & 7);
  }
  return [key, value];
}

function readValue(reader: BinaryReader): MetadataValue {
  let value: MetadataValue = null;
  for (const end = readEnd(reader); reader.pos < end;) {
    const tag = readTag(reader);
    const field = tag >>> 3;
    if (field === STRING) value = reader.string();
    else if (field === INTEGER) value = readInteger(reader);
    else if (field === DOUBLE) value = readDouble(reader);
    else if (field === BOOLEAN) value = reader.bool();
    else if (field === LIST) value = readList(reader);
    else if (field === OBJECT) value = readObject(reader);
    else reader.skip(tag & 7);
  }
  return value;
}

/** Of no more bytes than these, an integer is positive and below 2^28. */
const FEW_BYTES = 4;

function readInteger(reader: BinaryReader): MetadataValue {
  return readFew(reader) ?? integer(BigInt(reader.int64()));
}

/** A small number, read without a `bigint` in between; `undefined`, and nothing is read, where it is not small. */
export function readFew(reader: BinaryReader): number | undefined {
  const start = reader.pos;
  const small = reader.uint32();
  if (reader.pos - start <= FEW_BYTES) return small;
  reader.pos = start;
  return undefined;
}

/** The server turns integers from 2^63 on into doubles here, so that only its JSON says which they were. */
function readDouble(reader: BinaryReader): MetadataValue {
  const value = reader.double();
  if (value >= BEYOND_INT64 && value <= 2 * BEYOND_INT64) throw new NotBinary(`the number ${value}`);
  return float(value);
}

function readList(reader: BinaryReader): MetadataValue[] {
  const values: MetadataValue[] = [];
  readMessage(reader, (field) => field === 1 && values.push(readValue(reader)));
  return values;
}

function readObject(reader: BinaryReader): Metadata {
  const entries: [string, MetadataValue][] = [];
  readMessage(reader, (field) => field === 1 && entries.push(readEntry(reader)));
  return Object.fromEntries(entries);
}
