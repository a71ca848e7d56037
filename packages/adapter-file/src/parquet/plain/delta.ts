/** Numbers as differences from the one before, in blocks of packed bits. `end`: where the bytes go on. */
export function deltas(
  bytes: Uint8Array,
  bits: 32 | 64,
): { readonly numbers: readonly bigint[]; readonly end: number } {
  let at = 0;
  const unsigned = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('the numbers of a page end early');
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const signed = (): bigint => {
    const value = unsigned();
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  };
  const [block, parts, total] = [Number(unsigned()), Number(unsigned()), Number(unsigned())];
  const each = block / parts;
  const numbers: bigint[] = [];
  let last = signed();
  if (total > 0) numbers.push(last);
  while (numbers.length < total) {
    const least = signed();
    const widths = bytes.subarray(at, at + parts);
    at += parts;
    for (const width of widths) {
      if (numbers.length === total) break;
      for (let item = 0; item < each && numbers.length < total; item += 1) {
        // Sums wrap around, as those of the machine do.
        last = BigInt.asIntN(bits, last + least + packed(bytes, 8 * at + item * width, width));
        numbers.push(last);
      }
      at += (each * width) / 8;
    }
  }
  return { numbers, end: at };
}

function packed(bytes: Uint8Array, from: number, width: number): bigint {
  let value = 0n;
  for (let bit = 0; bit < width; bit += 1) {
    const place = from + bit;
    if ((((bytes[Math.floor(place / 8)] ?? 0) >> (place % 8)) & 1) === 1) value |= 1n << BigInt(bit);
  }
  return value;
}

/** Texts behind all of their lengths. */
export function lengthsFirst(bytes: Uint8Array): readonly Uint8Array[] {
  const { numbers: lengths, end } = deltas(bytes, 32);
  let at = end;
  return lengths.map((length) => {
    at += Number(length);
    return bytes.subarray(at - Number(length), at);
  });
}

/** Texts of which each says how much of the one before it begins with. */
export function prefixesFirst(bytes: Uint8Array): readonly Uint8Array[] {
  const { numbers: prefixes, end } = deltas(bytes, 32);
  let before: Uint8Array = new Uint8Array(0);
  return lengthsFirst(bytes.subarray(end)).map((rest, at) => {
    before = Buffer.concat([before.subarray(0, Number(prefixes[at] ?? 0n)), rest]);
    return before;
  });
}
