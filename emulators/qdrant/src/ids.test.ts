import { describe, expect, it } from 'vitest';
import { compareIds, hashId, parseUuid, sipHash } from './ids.ts';

describe('sipHash', () => {
  it('agrees with the vectors of its authors', () => {
    const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
    expect(
      sipHash(
        Uint8Array.from({ length: 8 }, (_, at) => at),
        key,
      ),
    ).toBe(0x93f5f5799a932462n);
    expect(
      sipHash(
        Uint8Array.from({ length: 16 }, (_, at) => at),
        key,
      ),
    ).toBe(0x3f2acc7f57c29bdbn);
  });

  it('puts every id into one slice, and a finer slice into a coarser one', () => {
    for (const id of ['0', '18446744073709551615', '550e8400-e29b-41d4-a716-446655440000']) {
      expect((hashId(id) % 4n) % 2n).toBe(hashId(id) % 2n);
    }
  });
});

describe('ids', () => {
  it('sorts integers by value, then UUIDs by bytes', () => {
    const ids = [
      'ffffffff-0000-0000-0000-000000000000',
      '10',
      '9',
      '00000000-0000-0000-0000-000000000001',
      '9007199254740993',
    ];
    expect(ids.toSorted(compareIds)).toStrictEqual(['9', '10', '9007199254740993', ids[3], ids[0]]);
  });

  it.each([
    ['550E8400E29B41D4A716446655440001', '550e8400-e29b-41d4-a716-446655440001'],
    ['urn:uuid:550e8400-e29b-41d4-a716-446655440002', '550e8400-e29b-41d4-a716-446655440002'],
    ['{550e8400-e29b-41d4-a716-446655440002}', '550e8400-e29b-41d4-a716-446655440002'],
    ['550e8400-e29b-41d4-a716', undefined],
    ['42', undefined],
  ])('reads %s', (text, id) => expect(parseUuid(text)).toBe(id));
});
