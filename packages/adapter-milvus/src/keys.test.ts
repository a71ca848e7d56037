import { expect, it } from 'vitest';
import { TYPES } from './grpc/schema.ts';
import { behind, upTo } from './keys.ts';
import type { Layout } from './layout.ts';

/** Whether a row with this key passes, as the server reads an expression on a key. */
function passes(expression: string, key: string | bigint): boolean {
  return expression.split(' or ').some((comparison) => {
    const [, sign, text = ''] = /^k ([<>]=?) (.+)$/s.exec(comparison) ?? [];
    const border = text.startsWith('"') ? String(JSON.parse(text)) : BigInt(text);
    if (key === border) return sign === '<=' || sign === '>=';
    return sign?.startsWith('<') === key < border;
  });
}

const LEAST = -(2n ** 63n);

it.each([
  ['integers', TYPES.int64, [LEAST, LEAST + 1n, -1n, 0n, 2n ** 63n - 2n]],
  ['texts', TYPES.varchar, ['', 'a', 'a"b\\c\nd', 'b']],
] as const)('each of the %s is on one side of any border, and is found where there is none', (_, type, keys) => {
  const layout = { key: { name: 'k', type } } as Layout;
  for (const border of keys) {
    for (const key of keys) {
      expect([passes(upTo(border, layout), key), passes(behind(border, layout), key)]).toEqual([
        key <= border,
        key > border,
      ]);
      expect(passes(behind(undefined, layout), key)).toBe(true);
    }
  }
});
