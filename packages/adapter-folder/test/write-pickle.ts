import { Float, isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';

/** Prints a value as Python would, by the opcodes that its own pickler uses. */
export function pickled(value: MetadataValue): Buffer {
  if (value === null) return Buffer.from('N');
  if (typeof value === 'boolean') return Buffer.from([value ? 0x88 : 0x89]);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([Buffer.from('X'), length, bytes]);
  }
  if (typeof value === 'bigint') return long(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return long(BigInt(value));
  if (typeof value === 'number' || Float.isInstance(value)) {
    const bytes = Buffer.alloc(9);
    bytes.write('G');
    bytes.writeDoubleBE(Number(value), 1);
    return bytes;
  }
  if (isMetadataArray(value)) return Buffer.concat([Buffer.from(']('), ...value.map(pickled), Buffer.from('e')]);
  const entries = isMetadataObject(value) ? Object.entries(value) : [];
  return Buffer.concat([
    Buffer.from('}('),
    ...entries.flatMap(([key, one]) => [pickled(key), pickled(one)]),
    Buffer.from('u'),
  ]);
}

/** An object of a class, with these attributes, as pydantic pickles it. */
export function pickledObject(module: string, name: string, attributes: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(attributes).flatMap(([key, value]) => [pickled(key), value]);
  const fields = Buffer.concat([Buffer.from('}('), ...entries, Buffer.from('u')]);
  const state = Buffer.concat([Buffer.from('}('), pickled('__dict__'), fields, Buffer.from('u')]);
  return Buffer.concat([Buffer.from(`c${module}\n${name}\n)\x81`, 'latin1'), state, Buffer.from('b')]);
}

export function whole(value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80, 4]), value, Buffer.from('.')]);
}

function long(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    bytes.push(Number(rest & 255n));
    if (rest >= -128n && rest < 128n) break;
  }
  return Buffer.from([0x8a, bytes.length, ...bytes]);
}
