import type { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/**
 * Visits the fields of the message that lies in front of the reader, length first. `visit` reads the field, or returns `false`
 * for one it does not know, which is skipped.
 */
export function readMessage(reader: BinaryReader, visit: (field: number, type: WireType) => unknown): void {
  const length = reader.uint32();
  readFields(reader, reader.pos + length, visit);
}

/** The same for the fields up to `end`. */
export function readFields(reader: BinaryReader, end: number, visit: (field: number, type: WireType) => unknown): void {
  while (reader.pos < end) {
    const [field, type] = reader.tag();
    if (visit(field, type) === false) reader.skip(type);
  }
}
