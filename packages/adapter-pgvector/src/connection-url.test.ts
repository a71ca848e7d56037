import { describe, expect, it } from 'vitest';
import { parseConnectionUrl, takeParameters } from './connection-url.ts';

const parse = (url: string): Record<string, unknown> => {
  const { parameters, ...parts } = parseConnectionUrl(url);
  const all = { ...parts, ...Object.fromEntries(parameters) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

describe('a connection string', () => {
  it.each<[string, Record<string, unknown>]>([
    ['postgresql://me@host:5433/db', { user: 'me', host: 'host', port: 5433, database: 'db' }],
    ['POSTGRES://host', { host: 'host' }],
    ['postgresql://', {}],
    ['postgresql:///db', { database: 'db' }],
    [
      'postgresql://me:p#s@s:w%20rd$&=+@host/db',
      { user: 'me', password: 'p#s@s:w rd$&=+', host: 'host', database: 'db' },
    ],
    [
      'postgresql://a%40b.c:p%2Fq%3F@host/my%20d%C3%A4ta',
      { user: 'a@b.c', password: 'p/q?', host: 'host', database: 'my däta' },
    ],
    ['postgresql://me@[::1]:5432/db', { user: 'me', host: '::1', port: 5432, database: 'db' }],
    [
      'postgresql://me:secret@/app?host=/cloudsql/project:region:instance',
      { user: 'me', password: 'secret', host: '/cloudsql/project:region:instance', database: 'app' },
    ],
    [
      'postgresql://me@localhost/app?host=/var/run/postgresql&port=5433',
      { user: 'me', host: '/var/run/postgresql', port: 5433, database: 'app' },
    ],
    ['postgresql://%2Fvar%2Frun%2Fpostgresql/app', { host: '/var/run/postgresql', database: 'app' }],
    ['postgresql:///?dbname=app&user=a@b&password=p%26q', { user: 'a@b', password: 'p&q', database: 'app' }],
    [
      'postgresql://host/db?sslmode=require&options=-c%20role%3Dmover',
      { host: 'host', database: 'db', sslmode: 'require', options: '-c role=mover' },
    ],
  ])('%s', (url, parts) => {
    expect(parse(url)).toStrictEqual(parts);
  });

  it.each([
    ['postgresql://me:p/ss@host/db', 'Percent-encode / as %2F'],
    ['postgresql://me:12/ss@host/db', 'Percent-encode / as %2F'],
    ['postgresql://me:p?ss@host/db', 'Percent-encode / as %2F and ? as %3F'],
    ['postgresql://me:12?ss@host/db', 'Percent-encode / as %2F and ? as %3F'],
    ['postgresql://me:p%ss@host/db', 'in its password, a % is not followed by two hexadecimal digits'],
    ['postgresql://host:99999/db', 'its port is no number'],
    ['postgresql://one:5432,two/db', 'several hosts (one:5432,two)'],
    ['postgresql:///db?host=one,two', 'several hosts (one,two)'],
    ['mysql://host/db', 'it is not like postgresql://'],
  ])('%s is refused, and nothing of a password is repeated', (url, problem) => {
    expect(() => parseConnectionUrl(url)).toThrow(problem);
    expect(() => parseConnectionUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(() => parseConnectionUrl(url)).not.toThrow('ss@');
  });

  it('gives its parameters of ours away, and keeps the others as they were written', () => {
    const { url, taken } = takeParameters(
      'postgresql://m#:p@h/d?table=a%26b&sslmode=require&schema=x&options=-c%20a%3Db',
      ['table', 'schema'],
    );
    expect(url).toBe('postgresql://m#:p@h/d?sslmode=require&options=-c%20a%3Db');
    expect(Object.fromEntries(taken)).toStrictEqual({ table: 'a&b', schema: 'x' });
    expect(takeParameters('postgresql:///d?table=a', ['table']).url).toBe('postgresql:///d');
    expect(takeParameters('postgresql:///d?ignore=a&ignore=b%2B', ['ignore']).taken.getAll('ignore')).toStrictEqual([
      'a',
      'b+',
    ]);
  });
});
