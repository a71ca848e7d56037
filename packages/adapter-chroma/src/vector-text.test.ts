import { Float } from '@vsm/core/adapter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAnswer } from './mapping.ts';
import { readVectorLists } from './vector-text.ts';

const read = (text: string): number[][] | undefined =>
  readVectorLists(Buffer.from(text), 0)?.vectors.map((vector) => Array.from(vector));
const expected = (text: string): number[][] =>
  (JSON.parse(text) as number[][]).map((list) => Array.from(Float32Array.from(list)));

describe('vectors in an answer', () => {
  it('are what JSON.parse makes of them, in float32', () => {
    const components = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(-0, 0, 1e-45, 3.4028234663852886e38, 16777217, 0.1, 1e21, 123456789012345680),
    );
    fc.assert(
      fc.property(fc.array(fc.array(components)), (lists) => {
        const text = JSON.stringify(lists);
        expect(read(text)).toStrictEqual(expected(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '[[-0.0,0.0,-0]]',
    '[[1e2,1E+2,1.5e-7,-2.5E-3]]',
    '[[123456789012345.6,0.12345678901234567,9007199254740993]]',
    '[[0.000000000000000000000001]]',
    '[[],[1],[]]',
    '[]',
  ])('may be spelled like %s', (text) => {
    expect(read(text)).toStrictEqual(expected(text));
  });

  it('keep the double nearest to a decimal before it becomes a float32', () => {
    // Read digit by digit these would be one place off.
    for (const text of ['0.1', '0.7', '8.41e-21', '0.30000001192092896', '1.17549435e-38']) {
      expect(read(`[[${text}]]`)).toStrictEqual([[Math.fround(Number(text))]]);
    }
  });

  it('may be longer than what is allocated at once, and many', () => {
    const lists = [70_000, 3, 65_536, 1].map((length, at) => Array.from({ length }, (_, index) => index + at / 2));
    expect(read(JSON.stringify(lists))).toStrictEqual(lists);
  });

  it.each([
    'null',
    '[null]',
    '[[1],null]',
    '[[null]]',
    '[[1,]]',
    '[[-]]',
    '[[.5]]',
    '[[1] ]',
    '[[1',
    '[[1]',
    '',
    '[[1]x',
    '[["a"]]',
  ])('are left to JSON.parse where they are %s', (text) => {
    expect(readVectorLists(Buffer.from(text), 0)).toBeUndefined();
  });
});

describe('the records of an answer', () => {
  const all = { limit: 2, include: ['embeddings', 'metadatas', 'documents', 'uris'] } as const;
  const answer = (embeddings: string, ids = '["a","\\u00e9"]'): Buffer =>
    Buffer.from(
      `{"ids":${ids},"embeddings":${embeddings},"documents":["é \\"embeddings\\":[[9]]",null],"uris":null,"metadatas":[{"n":1.0},null]}`,
    );

  it('have vectors in the quick form and in any other', () => {
    for (const text of ['[[1,2],[3,4]]', '[ [1,2], [3,4] ]']) {
      const [first, second] = fromAnswer(answer(text), all);
      expect([first?.id, second?.id]).toStrictEqual(['a', 'é']);
      expect(Array.from(first?.vectors[''] as number[])).toStrictEqual([1, 2]);
      expect(Array.from(second?.vectors[''] as number[])).toStrictEqual([3, 4]);
      expect(first?.document).toBe('é "embeddings":[[9]]');
    }
  });

  it('may lack some vectors, or all', () => {
    expect(fromAnswer(answer('[[1,2],null]'), all).map(({ vectors }) => Object.keys(vectors).length)).toStrictEqual([
      1, 0,
    ]);
    expect(
      fromAnswer(answer('null'), { limit: 2, include: ['metadatas', 'documents'] }).map(({ vectors }) => vectors),
    ).toStrictEqual([{}, {}]);
  });

  it('have their metadata exactly, flat or not', () => {
    const metadatas = [
      '{"a":1.0,"b":"}\\"{","c":[1,2.0]}',
      'null',
      '{"date":"2024-01-02","n":-0.0,"e":1e3,"big":9007199254740993}',
      '{}',
      '{"gone":null,"x":1}',
    ];
    const expectedOnes = [
      { a: new Float(1), b: '}"{', c: [1, new Float(2)] },
      {},
      { date: '2024-01-02', n: new Float(-0), e: new Float(1000), big: 9007199254740993n },
      {},
      { x: 1 },
    ];
    const readAll = (more: readonly string[]): unknown[] => {
      const lines = [...metadatas, ...more];
      const ids = JSON.stringify(lines.map((_, at) => String(at)));
      const text = `{"ids":${ids},"embeddings":null,"documents":null,"uris":null,"metadatas":[${lines.join(',')}],"include":["metadatas"]}`;
      return fromAnswer(Buffer.from(text), { limit: lines.length, include: ['metadatas'] }).map(
        ({ metadata }) => metadata,
      );
    };
    expect(readAll([])).toStrictEqual(expectedOnes);
    expect(readAll(['{"nested":{"n":1.0}}'])).toStrictEqual([...expectedOnes, { nested: { n: new Float(1) } }]);
  });
});
