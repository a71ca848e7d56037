/**
 * Reads `target.length` numbers from Parquet's hybrid of run lengths and packed bits, beginning at `offset`.
 * @throws RangeError where the bytes end before that.
 */
export function readHybrid(
  bytes: Uint8Array,
  offset: number,
  end: number,
  bitWidth: number,
  target: Uint8Array | Uint32Array,
): void {
  const valueBytes = (bitWidth + 7) >> 3;
  const mask = bitWidth === 32 ? 0xffffffff : 2 ** bitWidth - 1;
  let at = offset;
  let seen = 0;
  while (seen < target.length) {
    let header = 0;
    let shift = 1;
    let byte: number;
    do {
      byte = byteAt(bytes, at, end);
      at += 1;
      header += (byte & 0x7f) * shift;
      shift *= 128;
    } while (byte > 127 && shift < 2 ** 42);
    const count = Math.floor(header / 2);
    if (header % 2 === 0) {
      let value = 0;
      for (let index = 0; index < valueBytes; index += 1) value += byteAt(bytes, at + index, end) * 2 ** (8 * index);
      at += valueBytes;
      target.fill(value, seen, seen + count);
      seen += count;
      if (count === 0 && at >= end) throw new RangeError('the levels of a page end early');
    } else {
      // Groups of eight; the last one may be padded beyond what is wanted, and even beyond the bytes.
      const wanted = Math.min(count * 8, target.length - seen);
      if (bitWidth === 1) unpackBits(bytes, at, end, target, seen, wanted);
      else unpack(bytes, at, end, bitWidth, mask, target, seen, wanted);
      at += count * bitWidth;
      seen += wanted;
    }
  }
}

function byteAt(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) throw new RangeError('the levels of a page end early');
  return bytes[at] as number;
}

function unpackBits(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array | Uint32Array,
  first: number,
  count: number,
): void {
  if (start + Math.ceil(count / 8) > end) throw new RangeError('the levels of a page end early');
  for (let index = 0; index < count; index += 1) {
    target[first + index] = ((bytes[start + (index >> 3)] as number) >> (index & 7)) & 1;
  }
}

function unpack(
  bytes: Uint8Array,
  start: number,
  end: number,
  bitWidth: number,
  mask: number,
  target: Uint8Array | Uint32Array,
  first: number,
  count: number,
): void {
  let at = start;
  let bits = 0;
  let buffer = 0;
  for (let index = 0; index < count; index += 1) {
    // Multiplication instead of shifts: a width of up to 32 with up to 7 bits left over does not fit into an int32.
    while (bits < bitWidth) {
      buffer += byteAt(bytes, at, end) * 2 ** bits;
      at += 1;
      bits += 8;
    }
    target[first + index] = mask === 0xffffffff ? buffer % 4294967296 : buffer & mask;
    buffer = Math.floor(buffer / 2 ** bitWidth);
    bits -= bitWidth;
  }
}
