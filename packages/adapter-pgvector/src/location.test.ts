import { describe, expect, it } from 'vitest';
import { openLocation } from './location.ts';

const open = (location: string): string => {
  const { store, collection } = openLocation(location);
  return `${store.location} ${collection}`;
};

describe('a location', () => {
  it.each([
    ['postgresql://me@host/db?table=docs', 'postgresql://host:5432/db#public docs'],
    ['postgres://me@host/db?table=app.docs', 'postgresql://host:5432/db#app docs'],
    ['postgresql://host/db?table="My%20App"."my.docs"', 'postgresql://host:5432/db#My App my.docs'],
    ['postgresql://host/db?table="a""b.c"', 'postgresql://host:5432/db#public a"b.c'],
    ['postgresql://host/db?schema=app&table=my.docs', 'postgresql://host:5432/db#app my.docs'],
    ['postgresql://host/db?table=a.b.c', 'postgresql://host:5432/db#public a.b.c'],
    ['postgresql://me:p#ss@host/db?table=*', 'postgresql://host:5432/db#public *'],
    [
      'postgresql://me@/db?host=/var/run/postgresql&table=docs',
      'postgresql://%2Fvar%2Frun%2Fpostgresql:5432/db#public docs',
    ],
  ])('%s', (location, expected) => {
    expect(open(location)).toBe(expected);
  });

  it('says which rows it takes where row security hides some, and nothing else by that name', () => {
    expect(open('postgresql://host/db?table=docs&rows=visible')).toContain('docs');
    expect(() => open('postgresql://host/db?table=docs&rows=all')).toThrow('only rows=visible');
  });
});
