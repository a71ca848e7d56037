import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readOptions, type MongodbOptions } from '../src/options.ts';

beforeEach(() => {
  vi.stubEnv('MONGODB_USERNAME', 'anna');
  vi.stubEnv('MONGODB_PASSWORD', 'of-environment');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it.each<[string, MongodbOptions, string, string]>([
  ['the environment', { url: 'mongodb://h/db' }, 'anna', 'of-environment'],
  ['the URL, and the environment for the password', { url: 'mongodb://bob@h/db' }, 'bob', 'of-environment'],
  ['the URL', { url: 'mongodb://bob:of%40url@h/db' }, 'bob', 'of@url'],
  ['the URL, and an option for the password', { url: 'mongodb://bob:of@h/db', password: 'given' }, 'bob', 'given'],
  ['options', { url: 'mongodb://bob@h,g:27018/db', username: 'carl', password: 'given' }, 'carl', 'given'],
])('takes user and password from %s, and shows neither', (_from, options, username, password) => {
  const { client, location } = readOptions(options);
  expect(client.options.credentials).toMatchObject({ username, password });
  expect(location).toMatch(/^mongodb:\/\/(?:g:27018,)?h:27017\/db$/);
});

it('connects as nobody where nobody is said', () => {
  vi.stubEnv('MONGODB_USERNAME', '');
  expect(readOptions({ url: 'mongodb://h/db' }).client.options.credentials).toBeUndefined();
});

it('says what is wrong without the password', () => {
  const bad = (): unknown => readOptions({ url: 'mongodb://bob:hidden@h:port/db' });
  expect(bad).toThrow('`url` must be a connection string');
  expect(bad).not.toThrow('hidden');
  expect(() => readOptions({ url: 'mongodb://h/db', prefix: 'x' } as MongodbOptions)).toThrow('no option "prefix"');
});

// What is about replica sets, TLS, proxies and mechanisms stands behind the `?`, and the driver reads it.
const BEHIND = [
  'replicaSet=rs0&tls=true&tlsCertificateKeyFilePassword=hidden',
  'tls=maybe&tlsCertificateKeyFilePassword=hidden',
  'tls=true&ssl=false&tlsCertificateKeyFilePassword=hidden',
  'tlsInsecure=true&tlsAllowInvalidCertificates=true&tlsCertificateKeyFilePassword=hidden',
  'proxyHost=p&proxyUsername=u&proxyPassword=hidden',
  'proxyPassword=hidden',
  'authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:hidden',
  'authMechanismProperties=AWS_SESSION_TOKEN:hidden,broken',
  'readPreference=hidden',
  'unknown=hidden',
];
it.each(BEHIND)('shows nothing of what stands in ?%s, neither where it is nor in an error', (query) => {
  const shown = [`mongodb://h,g:27018/db?${query}`, `mongodb://bob:hidden@h/db?${query}`].map((url) => {
    try {
      return readOptions({ url }).location;
    } catch (error) {
      return String(error);
    }
  });
  expect(shown.join('\n')).not.toMatch(/hidden/);
});

it('takes a replica set, TLS and a proxy as the URL has them', () => {
  const query = 'replicaSet=rs0&tls=true&readPreference=secondaryPreferred&proxyHost=p&proxyPort=1080';
  const { client, location } = readOptions({ url: `mongodb://h,g:27018/db?${query}` });
  const { replicaSet, tls, proxyHost, readPreference } = client.options;
  expect([replicaSet, tls, proxyHost, readPreference.mode]).toEqual(['rs0', true, 'p', 'secondaryPreferred']);
  expect(location).toBe('mongodb://g:27018,h:27017/db');
});

it('says of a user with a % that it begins no escape', () => {
  expect(() => readOptions({ url: 'mongodb://b%ob@h/db' })).toThrow('the user in `url` has a % that begins no escape');
});
