import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteCursor } from '../src/json/byte-cursor.ts';
import { indexList, indexMembers, indexObjects } from '../src/json/index-json.ts';
import { RandomFile } from '../src/random-file.ts';
import { temporary } from './unpack.ts';

const text = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', '日', '😀', '\n') });
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    // JSON.stringify prints -0 without its sign.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const object = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true });

function inFile<Result>(content: string, use: (file: RandomFile) => Result): Result {
  const path = join(temporary(), 'some.json');
  writeFileSync(path, content);
  const file = new RandomFile(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

describe('JSON in a file', () => {
  it('is walked over alike however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        object,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(undefined, 1),
        (given, chunkBytes, indent) => {
          inFile(JSON.stringify(given, null, indent), (file) => {
            const cursor = new ByteCursor(file, chunkBytes);
            const found: (readonly [string, unknown])[] = [];
            cursor.object(({ from, to }) => {
              const start = cursor.offset;
              cursor.skip();
              const parse = (begin: number, end: number): unknown =>
                JSON.parse(file.read(begin, end - begin).toString());
              found.push([parse(from, to) as string, parse(start, cursor.offset)]);
            });
            cursor.end();
            expect(found).toStrictEqual(Object.entries(given));
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives the members of an object by their keys, and the items of a list', () => {
    fc.assert(
      fc.property(object, fc.array(value, { maxLength: 5 }), (given, list) => {
        inFile(JSON.stringify({ other: [1], given, list }, null, 1), (file) => {
          const members = indexObjects(file, ['given']).get('given');
          expect(members?.size).toBe(Object.keys(given).length);
          for (const [key, one] of Object.entries(given))
            expect(JSON.parse(members?.get(key) ?? '')).toStrictEqual(one);
          const items = indexList(file, 'list');
          expect(list.map((_, at) => JSON.parse(items.text(at)) as unknown)).toStrictEqual(list);
          expect(indexMembers(file).at(0)).toMatchObject({ key: 'other' });
        });
      }),
      { numRuns: 100 },
    );
  });

  it('that is cut anywhere is refused', () => {
    fc.assert(
      fc.property(object, fc.nat(), (given, at) => {
        const whole = Buffer.from(JSON.stringify(given));
        const length = at % whole.length;
        inFile('', ({ path }) => {
          writeFileSync(path, whole.subarray(0, length));
          const file = new RandomFile(path);
          expect(() => indexMembers(file)).toThrow(`it is cut: it ends at byte ${length}`);
          file.close();
        });
      }),
      { numRuns: 100 },
    );
  });

  it('with something behind it is refused', () => {
    inFile('{"a":1} x', (file) => expect(() => indexMembers(file)).toThrow('there is no JSON at byte 8'));
  });
});
