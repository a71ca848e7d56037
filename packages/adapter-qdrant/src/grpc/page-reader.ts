import { BinaryReader } from '@bufbuild/protobuf/wire';

const SHORT = 32;
const KNOWN = 1024;

/** Short texts of ASCII that came before, by a hash of them: keys come with every point, and many values come again. */
const known: string[] = Array.from({ length: KNOWN }, () => '');

/** A reader whose short texts are the same strings as before, not new ones, and which makes no view on the page for a text. */
export class PageReader extends BinaryReader {
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  override string(): string {
    const length = this.uint32();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw new RangeError('a text that ends behind its message');
    this.pos = end;
    return length > SHORT ? this.#bytes.toString('utf8', start, end) : shortText(this.#bytes, start, end);
  }
}

function shortText(bytes: Buffer, start: number, end: number): string {
  let hash = end - start;
  let all = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    hash = Math.imul(hash ^ byte, 0x01000193);
    all |= byte;
  }
  if (all > ASCII) return bytes.toString('utf8', start, end);
  const slot = (hash ^ (hash >>> 15)) & (KNOWN - 1);
  const before = known[slot] as string;
  return isAt(before, bytes, start, end) ? before : (known[slot] = bytes.toString('latin1', start, end));
}

const ASCII = 0x7f;

function isAt(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
