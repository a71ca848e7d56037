import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConnectionUrl } from './connection-url.ts';
import { poolSettings } from './pool-config.ts';

let folder: string;
let root: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-tls-'));
  root = join(folder, 'root.pem');
  await writeFile(root, 'CERTIFICATE');
});
afterAll(() => rm(folder, { recursive: true }));

const tls = (query: string): unknown => poolSettings(parseConnectionUrl(`postgresql://host/db?${query}`)).config.ssl;

describe('sslmode means what it means to psql', () => {
  it.each([
    ['', undefined],
    ['sslmode=disable', false],
    ['sslmode=prefer', { rejectUnauthorized: false }],
    ['sslmode=require', { rejectUnauthorized: false }],
    ['sslmode=no-verify', { rejectUnauthorized: false }],
    ['sslmode=verify-full', {}],
    ['sslmode=verify-full&sslrootcert=system', {}],
    ['sslmode=require&sslrootcert=system', {}],
    ['ssl=true', { rejectUnauthorized: false }],
    ['ssl=0', false],
  ])('%s', (query, expected) => {
    expect(tls(query)).toStrictEqual(expected);
  });

  it('and a root certificate is held against, by name only where that was asked for', () => {
    const byAuthority = { ca: 'CERTIFICATE', checkServerIdentity: expect.any(Function) as () => undefined };
    expect(tls(`sslmode=require&sslrootcert=${root}`)).toStrictEqual(byAuthority);
    expect(tls(`sslmode=verify-ca&sslrootcert=${root}`)).toStrictEqual(byAuthority);
    expect(tls(`sslmode=verify-full&sslrootcert=${root}`)).toStrictEqual({ ca: 'CERTIFICATE' });
    expect(tls(`sslrootcert=${root}`)).toStrictEqual({ ca: 'CERTIFICATE' });
    expect(() => tls('sslmode=verify-ca&sslrootcert=/no/such.pem')).toThrow(
      'sslrootcert names a file that cannot be read',
    );
    expect(() => tls('sslmode=required')).toThrow('there is no sslmode "required"');
  });

  it('and only a wish for TLS is given up', () => {
    const plainToo = (mode: string): boolean =>
      poolSettings(parseConnectionUrl(`postgresql:///?sslmode=${mode}`)).plainToo;
    expect(['prefer', 'allow', 'require', 'verify-full', 'no-verify', 'disable'].filter(plainToo)).toStrictEqual([
      'prefer',
      'allow',
    ]);
  });
});

it('other parameters go on where pg knows them, and are left out where only other drivers do', () => {
  const { config } = poolSettings(
    parseConnectionUrl(
      'postgresql://me:p@host:5433/db?options=-c%20role%3Dr&connect_timeout=3&application_name=mine&pgbouncer=true',
    ),
  );
  expect(config).toStrictEqual({
    user: 'me',
    password: 'p',
    host: 'host',
    port: 5433,
    database: 'db',
    ssl: undefined,
    application_name: 'mine',
    options: '-c role=r',
    connectionTimeoutMillis: 3000,
  });
});
