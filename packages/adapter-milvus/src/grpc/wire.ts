import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** How values of one type stand in a message. */
interface Type<Value> {
  readonly wire: WireType;
  readonly read: (reader: BinaryReader) => Value;
  readonly write: (writer: BinaryWriter, value: Value) => unknown;
}

/** One field of a message. */
export interface Field<Value> {
  readonly number: number;
  /** What a message without it has. */
  readonly initial: () => Value;
  readonly read: (reader: BinaryReader, wire: WireType, before: Value) => Value;
  readonly write: (writer: BinaryWriter, value: Value) => void;
}

/** A message as it is sent: what is left out has the value that the format gives it. */
export type Sent<Value> = Value extends Uint8Array
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Sent<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]?: Sent<Value[Key]> | undefined }
      : Value;

/** A kind of message, by the fields that are used of it: others are skipped. */
export interface Message<Shape> {
  readonly encode: (value: Sent<Shape>) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Shape;
  /** Within another message. */
  readonly type: Type<Shape>;
}

type Fields<Shape> = { readonly [Key in keyof Shape]-?: Field<Shape[Key]> };

const { Varint, LengthDelimited, Bit32, Bit64 } = WireType;

/** Much quicker than `TextDecoder` on short texts. */
const decodeUtf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

export const string: Type<string> = { wire: LengthDelimited, read: (r) => r.string(), write: (w, v) => w.string(v) };
export const bytes: Type<Uint8Array> = { wire: LengthDelimited, read: (r) => r.bytes(), write: (w, v) => w.bytes(v) };
export const bool: Type<boolean> = { wire: Varint, read: (r) => r.bool(), write: (w, v) => w.bool(v) };
export const int32: Type<number> = { wire: Varint, read: (r) => r.int32(), write: (w, v) => w.int32(v) };
export const int64: Type<bigint> = { wire: Varint, read: (r) => BigInt(r.int64()), write: (w, v) => w.int64(v) };
export const float: Type<number> = { wire: Bit32, read: (r) => r.float(), write: (w, v) => w.float(v) };
export const double: Type<number> = { wire: Bit64, read: (r) => r.double(), write: (w, v) => w.double(v) };

/** A field that is there once; one that is left out has the value that the format gives it. */
export function one<Value>(number: number, type: Type<Value>, initial: Value): Field<Value> {
  return {
    number,
    initial: () => initial,
    read: (reader) => type.read(reader),
    write: (writer, value) => {
      if (value !== initial) type.write(writer.tag(number, type.wire), value);
    },
  };
}

/** A message within another. */
export function maybe<Shape>(number: number, kindOf: () => Message<Shape>): Field<Shape | undefined> {
  return {
    number,
    initial: () => undefined,
    read: (reader) => kindOf().type.read(reader),
    write: (writer, value) => {
      if (value !== undefined) kindOf().type.write(writer.tag(number, LengthDelimited), value);
    },
  };
}

/** A list, packed where the type can be; both forms are read. */
export function list<Value>(number: number, typeOf: () => Type<Value>): Field<Value[]> {
  return {
    number,
    initial: () => [],
    read: (reader, wire, before) => {
      const type = typeOf();
      if (wire === type.wire) before.push(type.read(reader));
      else for (const end = reader.uint32() + reader.pos; reader.pos < end;) before.push(type.read(reader));
      return before;
    },
    write: (writer, values) => {
      const type = typeOf();
      if (type.wire === LengthDelimited) {
        for (const value of values) type.write(writer.tag(number, LengthDelimited), value);
      } else if (values.length > 0) {
        writer.tag(number, LengthDelimited).fork();
        for (const value of values) type.write(writer, value);
        writer.join();
      }
    },
  };
}

export function message<Shape extends object>(fields: Fields<Shape>): Message<Shape> {
  const entries = Object.entries(fields) as [keyof Shape & string, Field<unknown>][];
  const byNumber = new Map(entries.map(([key, field]) => [field.number, { key, field }]));
  const write = (writer: BinaryWriter, value: { readonly [Key in keyof Shape]?: unknown }): BinaryWriter => {
    for (const [key, field] of entries) if (value[key] !== undefined) field.write(writer, value[key]);
    return writer;
  };
  const read = (reader: BinaryReader, end: number): Shape => {
    const value = Object.fromEntries(entries.map(([key, field]) => [key, field.initial()])) as Record<string, unknown>;
    while (reader.pos < end) {
      const [number, wire] = reader.tag();
      const known = byNumber.get(number);
      if (known === undefined) reader.skip(wire);
      else value[known.key] = known.field.read(reader, wire, value[known.key]); // own key: of a message
    }
    return value as Shape;
  };
  return {
    encode: (value) => write(new BinaryWriter(), value).finish(),
    decode: (given) => read(new BinaryReader(given, decodeUtf8), given.length),
    type: {
      wire: LengthDelimited,
      read: (reader) => {
        const length = reader.uint32();
        return read(reader, reader.pos + length);
      },
      write: (writer, value) => write(writer.fork(), value).join(),
    },
  };
}
