import { expect, it } from 'vitest';
import { classNameOf, namespaceOf, tenantOf, vectorNameOf } from './names.ts';

it('classes are called like their collections where they can be', () => {
  expect(['Article', 'docs', 'A_1'].map(classNameOf)).toEqual(['Article', 'Docs', 'A_1']);
  const others = ['docs-1', 'docs_1', 'docs 1', '1st', '', 'ü', 'x'.repeat(300), 'x'.repeat(301)].map(classNameOf);
  expect(others.filter((name) => !/^[A-Z][_0-9A-Za-z]{0,254}$/.test(name))).toEqual([]);
  expect(new Set(others).size).toBe(others.length);
});

it('vectors are, too', () => {
  expect(vectorNameOf('title')).toBe('title');
  const others = ['a b', 'a-b', 'a.b', '1', 'x'.repeat(300)].map(vectorNameOf);
  expect(others.filter((name) => !/^[_A-Za-z][_0-9A-Za-z]{0,229}$/.test(name))).toEqual([]);
  expect(new Set(others).size).toBe(others.length);
});

it('every namespace has a tenant of its own, or none', () => {
  const names = [
    '',
    'red',
    'Red',
    '_default',
    'vsm-',
    'vsm-cmVk',
    'a b',
    'ü',
    'a/b',
    '\0',
    'x'.repeat(64),
    'ü'.repeat(22),
  ];
  const tenants = names.map((name) => tenantOf(name) ?? '');
  expect(tenants.filter((tenant) => !/^[A-Za-z0-9_-]{1,64}$/.test(tenant))).toEqual([]);
  expect(tenants.map(namespaceOf)).toEqual(names);
  expect(['x'.repeat(65), 'ü'.repeat(23), '\ud800'].map(tenantOf)).toEqual([undefined, undefined, undefined]);
  // What others called so stays what it is.
  expect(['vsm-red!', 'vsm-cmVk'].map(namespaceOf)).toEqual(['vsm-red!', 'vsm-cmVk']);
});
