import type { Capabilities, VectorRecord } from '@vsm/core/adapter';

/** Half of everyday size and half of any bits at all, nearly all of 17 digits. Whole numbers are left out: 1.0 and 1 are another matter. */
export function randomDoubles(count: number): number[] {
  const doubles: number[] = [];
  const bits = new DataView(crypto.getRandomValues(new Uint8Array(65_536)).buffer);
  for (let at = 0; doubles.length < count; at += 8) {
    if (at >= bits.byteLength) {
      crypto.getRandomValues(new Uint8Array(bits.buffer));
      at = 0;
    }
    const everyday = (Number(bits.getBigUint64(at) >> 11n) / 2 ** 53 - 0.5) * 10 ** (bits.getUint8(at + 7) % 7);
    const value = doubles.length % 2 === 0 ? bits.getFloat64(at) : everyday;
    if (Number.isFinite(value) && !Number.isInteger(value)) doubles.push(value);
  }
  return doubles;
}

/** Some limit how much metadata a record has, or how many fields. */
export function recordsOf(
  values: readonly number[],
  perRecord: number,
  { ids }: Pick<Capabilities, 'ids'>,
): VectorRecord[] {
  const onlyUuids = ids.every((kind) => kind === 'uuid');
  return Array.from({ length: Math.ceil(values.length / perRecord) }, (_, at) => ({
    id: onlyUuids ? `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}` : String(at + 1),
    vectors: { '': [1, 0] },
    metadata: Object.fromEntries(
      values.slice(at * perRecord, (at + 1) * perRecord).map((value, index) => [`double_${index}`, value]),
    ),
  }));
}
