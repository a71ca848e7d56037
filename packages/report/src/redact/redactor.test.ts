import { Float } from '@vsm/core';
import { expect, test } from 'vitest';
import { isSecretName, isSecretParameter } from './names.ts';
import { createRedactor } from './redactor.ts';

test('takes secrets out of names, URLs, parameters, headers and whatever repeats the environment', () => {
  const environment = {
    PGPASSWORD: 'pass w/rd',
    QDRANT_API_KEY: 'qdrant-key-1',
    HOME: '/home/someone',
    SHORT_TOKEN: 'ab',
  };
  const masked = createRedactor({ environment }).document({
    apiKey: 'literal-key',
    nested: [{ password: 'literal-password', user: 'me' }],
    location: 'postgresql://me:hunter2@host/db?sslpassword=hunter3&table=docs',
    message: 'refused: qdrant-key-1 and Bearer abc.def-123 and pass%20w%2Frd, see /home/someone/ab',
  });
  expect(masked).toEqual({
    apiKey: '***',
    nested: [{ password: '***', user: 'me' }],
    location: 'postgresql://me:***@host/db?sslpassword=***&table=docs',
    message: 'refused: *** and Bearer *** and ***, see /home/someone/ab',
  });
});

test('leaves everything else as it is', () => {
  const kept = { tokens: 12, keyword: 'a', location: 'chroma://host:8000/docs?tenant=t', list: [1n, null, true] };
  const { document } = createRedactor({ environment: { PWD: '/chroma', SSH_ASKPASS: 'keyword' } });
  expect(document(kept)).toEqual(kept);
  expect(document({ value: new Float(1) }).value).toBeInstanceOf(Float);
});

test('knows the names that people give to secrets', () => {
  const secret = ['api_key', 'apiKey', 'api-key', 'PGPASSWORD', 'metadata.password', 'authToken', 'client_secret'];
  expect(secret.filter((name) => !isSecretName(name))).toEqual([]);
  expect(['key', 'keyword', 'author', 'metadata.section', 'tokens'].filter(isSecretName)).toEqual([]);
  // A parameter of a location and an option are not fields of a record.
  expect(['key', 'access-key', 'x.key', 'password', 'authMechanismProperties'].every(isSecretParameter)).toBe(true);
  expect(['keyword', 'table', 'monkey'].filter(isSecretParameter)).toEqual([]);
});

test('knows what its caller learned since, whole in results and in every spelling', () => {
  const known = new Set<string>();
  const { data, text } = createRedactor({ known, environment: {} });
  expect(data('a "b\\"c" and hunter2')).toContain('hunter2');
  known.add('hunter2').add('b"c').add('a/b c');
  expect(data('{"x":"b\\"c"} a%2Fb%20c hunter2 xhunter2')).toBe('{"x":"***"} *** *** xhunter2');
  // A long one stands in no other word.
  known.add('k-0123456789abcdef');
  expect(data('\u001B[0mk-0123456789abcdefx')).toBe('\u001B[0m***x');
  expect(data('password=typed')).toBe('password=typed');
  expect(text('password=typed')).toBe('password=***');
});

test('takes no longer for a text that is one long word', () => {
  const long = 'a'.repeat(1_000_000);
  for (const text of [long, `http://h/${long}?${long}`, `${long};${long}=b`, `api_key=${long}`]) {
    expect(createRedactor({ environment: {} }).text(text)).not.toBe('');
  }
});

test.each([
  ['cannot reach http://host:8000 and mail me@example.org', undefined],
  ['see chroma://host:8000/a@b, please', undefined],
  ['there is no "a" in http://localhost:6333. Did you mean "b"?', undefined],
  ['two of them (http://host:1, http://host:2): both', undefined],
  ['"qdrant+https://user:pa ss@host" is not a URL', '"qdrant+https://user:***@host" is not a URL'],
  ['cannot open postgres://u:p@ss@h/db: 28P01', 'cannot open postgres://u:***@h/db: 28P01'],
  ['GET https://h:x/y?api_key=abc failed', 'GET https://h:***/y?api_key=*** failed'],
  ['at ?api_key=abc&table=t of it', 'at ?api_key=***&table=t of it'],
  ['headers {\\"x-chroma-token\\":\\"abcdef\\"}', 'headers {\\"x-chroma-token\\":\\"***\\"}'],
])('%s', (said, shown) => {
  expect(createRedactor({ environment: {} }).text(said)).toBe(shown ?? said);
});
