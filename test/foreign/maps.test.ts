import { stringifyJson } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { carry } from './carry.ts';

const MAPS = new URL('fixtures/maps.parquet', import.meta.url).pathname;

it('an entry of a map or a group is lost to no other, whatever its key', async () => {
  const { result, records } = await carry(`file:${MAPS}`, ['rejected-records']);
  expect(result.rejected.map(({ id, detail }) => [id, detail])).toStrictEqual([
    ['doubled', 'metadata "texts": it is a map with two entries "k", of which an object holds one'],
  ]);
  expect([...records.keys()]).toStrictEqual(['whole']);
  expect(stringifyJson(records.get('whole')?.metadata ?? null)).toBe(
    '{"texts":{"__proto__":1,"b":2},"bytes":{"/wA=":1},"dates":{"2024-01-01":1},' +
      '"numbers":{"18446744073709551615":1},"nested":{"__proto__":5,"list":[{"x":1},{}]}}',
  );
});
