import { expect, it } from 'vitest';
import { readingOptionsOf } from './reading-options.ts';

it('has what a location gives, and no names beside', () => {
  expect(readingOptionsOf(new URLSearchParams('vector=title:title_vec&vector=body&ignore=a,b'))).toStrictEqual({
    vector: { title: 'title_vec', body: 'body' },
    ignore: ['a', 'b'],
  });
});
