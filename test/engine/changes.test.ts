import { createMemory } from '@vsm/adapter-memory';
import { Float, VectorStoreMigrator, type FieldMapping, type Metadata } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords, filledMemory, makeRecords } from './stores.ts';

describe('fields', () => {
  async function mapped(metadata: Metadata, fields: FieldMapping): Promise<Metadata | undefined> {
    const [record] = makeRecords(1);
    const source = await filledMemory(record === undefined ? [] : [{ ...record, metadata }]);
    const target = createMemory();
    const result = await new VectorStoreMigrator({ source, target }).migrate({ sourceCollection: 'docs', fields });
    expect(result.verification?.differences).toEqual([]);
    return (await allRecords(target))[0]?.metadata;
  }

  it.each<[string, Metadata, FieldMapping, Metadata]>([
    ['renames', { old: 1, b: 2 }, { rename: { old: 'new', absent: 'x' } }, { new: 1, b: 2 }],
    ['drops', { a: 1, b: 2 }, { drop: ['a', 'absent'] }, { b: 2 }],
    ['sets', { a: 1 }, { set: { origin: 'vsm', a: 2 } }, { a: 2, origin: 'vsm' }],
    [
      'casts to integers',
      { a: '42', b: new Float(7), c: '9007199254740993' },
      { cast: { a: 'integer', b: 'integer', c: 'integer' } },
      { a: 42, b: 7, c: 9007199254740993n },
    ],
    ['casts to floats', { a: 1, b: '2.5' }, { cast: { a: 'float', b: 'float' } }, { a: new Float(1), b: 2.5 }],
    [
      'casts to text and booleans',
      { a: 1, b: 'true', c: null },
      { cast: { a: 'string', b: 'boolean', c: 'string' } },
      { a: '1', b: true, c: null },
    ],
    ['renames before it casts', { year: '1999' }, { rename: { year: 'y' }, cast: { y: 'integer' } }, { y: 1999 }],
  ])('%s', async (_what, before, fields, after) => {
    expect(await mapped(before, fields)).toStrictEqual(after);
  });

  it.each<[string, Metadata, FieldMapping, RegExp]>([
    ['a rename onto another field', { a: 1, b: 2 }, { rename: { a: 'b' } }, /"a" of record "record-0".*has already/],
    [
      'a cast that would guess',
      { a: '4x' },
      { cast: { a: 'integer' } },
      /"a" of record "record-0": "4x" is not a integer/,
    ],
    ['a cast that would round', { a: 2n ** 53n + 1n }, { cast: { a: 'float' } }, /is not a float/],
    ['a cast of a fraction', { a: 1.5 }, { cast: { a: 'integer' } }, /is not a integer/],
  ])('refuse %s', async (_what, before, fields, message) => {
    await expect(mapped(before, fields)).rejects.toThrow(message);
  });
});

describe('embed', () => {
  it('computes new vectors in batches, plans their dimension and verifies the rest', async () => {
    const records = makeRecords(250).map((record, index) =>
      index === 3 ? { ...record, document: undefined } : record,
    );
    const source = await filledMemory(records);
    const target = createMemory();
    const sizes: number[] = [];
    let running = 0;
    let most = 0;
    const result = await new VectorStoreMigrator({ source, target }).migrate({
      sourceCollection: 'docs',
      embed: {
        dimension: 3,
        batchSize: 40,
        concurrency: 3,
        embed: async (texts) => {
          sizes.push(texts.length);
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return texts.map((text) => [text.length, 1, 2]);
        },
      },
    });
    expect(result).toMatchObject({
      success: true,
      vectorsMigrated: 250,
      verification: { passed: true, valuesCompared: 250 },
    });
    expect(result.metadata.plan.schema.vectors['']).toMatchObject({ dimension: 3, metric: 'cosine' });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(249);
    expect(most).toBeLessThanOrEqual(3);
    const moved = new Map((await allRecords(target)).map((record) => [record.id, record]));
    expect(Array.from((moved.get('record-0')?.vectors[''] ?? []) as Float32Array)).toEqual(['text of 0'.length, 1, 2]);
    expect(moved.get('record-3')?.vectors).toEqual({});
  });

  it('does not take fewer vectors than texts', async () => {
    const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(5)), target: createMemory() });
    const embed = { dimension: 2, embed: async (): Promise<number[][]> => [[1, 2]] };
    await expect(migrator.migrate({ sourceCollection: 'docs', embed })).rejects.toThrow(
      /given \d texts and returned 1 vectors/,
    );
  });
});
