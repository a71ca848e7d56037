import type { Capabilities, Metric, VectorRecord } from '@vsm/core/adapter';

/** Dimension of the vectors of {@link makeRecord}. */
export const DIMENSION = 4;

/** An id of the first kind that the store has; a different one for every number. */
export function makeId(capabilities: Capabilities, number: number): string {
  if (capabilities.ids.includes('string')) return `record-${number.toString().padStart(5, '0')}`;
  if (capabilities.ids.includes('uuid')) return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  return String(number + 1);
}

/** A record that the store can hold, different in every field for every number. */
export function makeRecord(
  capabilities: Capabilities,
  number: number,
  changes: Partial<VectorRecord> = {},
): VectorRecord {
  return {
    id: makeId(capabilities, number),
    vectors: { '': makeVector(number) },
    metadata: { number, label: `label of ${number}`, even: number % 2 === 0, part: number + 0.5 },
    ...(capabilities.document !== false && { document: `Text of record ${number}` }),
    ...(capabilities.uri && { uri: `https://example.com/${number}` }),
    ...changes,
  };
}

export function makeRecords(capabilities: Capabilities, count: number, first = 0): VectorRecord[] {
  return Array.from({ length: count }, (_, at) => makeRecord(capabilities, first + at));
}

/** Float32 values in ±1, never all zero, the same for the same number. */
export function makeVector(number: number, dimension: number = DIMENSION): number[] {
  let state = (number + 1) * 0x9e3779b1;
  return Array.from({ length: dimension }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    state ^= state >>> 12;
    return Math.fround((state | 1) / 0x80000000);
  });
}

/** Whether vectors under this metric come back bit by bit. */
export function keepsBits(metric: Metric, { normalizes, rounds }: Capabilities): boolean {
  return !normalizes.includes(metric) && !rounds.includes(metric);
}

/** The metric to use where it does not matter: one that leaves vectors as they are, if there is one. */
export function plainMetric(capabilities: Capabilities): Metric | undefined {
  const candidates = capabilities.metrics.filter((metric) => metric !== 'hamming' && metric !== 'jaccard');
  return candidates.find((metric) => keepsBits(metric, capabilities)) ?? candidates[0];
}

/** Doubles with a fraction, the same in every run: half of them of everyday size, half of any size there is. */
export function randomDoubles(count: number): number[] {
  let state = 0x2545f491;
  const word = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const bits = new DataView(new ArrayBuffer(8));
  const doubles: number[] = [];
  while (doubles.length < count) {
    bits.setUint32(0, word());
    bits.setUint32(4, word());
    const value =
      doubles.length % 2 === 0
        ? bits.getFloat64(0)
        : ((word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53 - 0.5) * 10 ** (word() % 7);
    // Whole numbers are another matter: 1.0 and 1.
    if (Number.isFinite(value) && (!Number.isInteger(value) || !Number.isSafeInteger(value))) doubles.push(value);
  }
  return doubles;
}
