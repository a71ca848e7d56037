import type { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/**
 * Visits the fields of the message that lies in front of the reader, length first. `visit` reads the field, or returns `false`
 * for one it does not know, which is skipped.
 */
export function readMessage(reader: BinaryReader, visit: (field: number, type: WireType) => unknown): void {
  readFields(reader, readEnd(reader), visit);
}

/** Where the message ends that lies in front of the reader, length first. */
export function readEnd(reader: BinaryReader): number {
  const length = reader.uint32();
  return reader.pos + length;
}

/** The same for the fields up to `end`. */
export function readFields(reader: BinaryReader, end: number, visit: (field: number, type: WireType) => unknown): void {
  while (reader.pos < end) {
    const tag = readTag(reader);
    if (visit(tag >>> 3, tag & 7) === false) reader.skip(tag & 7);
  }
}

/** The number of a field, and in the lowest three bits its wire type: `reader.tag()` makes a list of them each time. */
export function readTag(reader: BinaryReader): number {
  const tag = reader.uint32();
  if (tag < 8 || (tag & 7) > LARGEST_TYPE) throw new Error(`a field ${tag >>> 3} of wire type ${tag & 7}`);
  return tag;
}

const LARGEST_TYPE = 5;
