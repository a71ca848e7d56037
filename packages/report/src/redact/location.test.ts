import { describe, expect, it } from 'vitest';
import { maskLocation, secretsIn } from './location.ts';

describe('a location that cannot be parsed is masked all the same', () => {
  it.each([
    ['qdrant+https://user:pa ss@host', 'qdrant+https://user:***@host'],
    ['postgres://u:p@ss@h/db', 'postgres://u:***@h/db'],
    ['postgresql://me:p#SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p?SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p/SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p@x#SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p@x/SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p?a=SECRET@host/db', 'postgresql://me:***@host/db'],
    ['postgresql://me:p#s@s@host/db?table=a@b', 'postgresql://me:***@host/db?table=a@b'],
    ['postgresql://me:p/s@host/db?table=a@b', 'postgresql://me:***@host/db?table=a@b'],
    ['qdrant://key@host:6333/a@b?x=c@d', 'qdrant://***@host:6333/a@b?x=c@d'],
    ['mongodb://me:SECRET@h:27017,g:27018/db/docs', 'mongodb://me:***@h:27017,g:27018/db/docs'],
    ['mongodb+srv://me:p@ss@h/db?tls=true', 'mongodb+srv://me:***@h/db?tls=true'],
    [
      'mongodb://h,g/db?replicaSet=rs0&tls=true&tlsCertificateKeyFilePassword=SECRET&proxyPassword=SECRET',
      'mongodb://h,g/db?replicaSet=rs0&tls=true&tlsCertificateKeyFilePassword=***&proxyPassword=***',
    ],
    [
      'mongodb://A:SECRET@h/db?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:SECRET',
      'mongodb://A:***@h/db?authMechanism=MONGODB-AWS&authMechanismProperties=***',
    ],
    ['postgres://me:SECRET', 'postgres://me:***'],
    ['postgres://me:SECRET/db?table=t', 'postgres://me:***/db?table=t'],
    ['postgres:me:SECRET@host/db', 'postgres:me:***@host/db'],
    ['postgres:/me:SECRET@host/db', 'postgres:/me:***@host/db'],
    ['qdrant:SECRET@host/db', 'qdrant:***@host/db'],
    ['//me:SECRET@host/db', '//me:***@host/db'],
    ['chroma://h/c?auth=SECRET', 'chroma://h/c?auth=***'],
    ['chroma://h:x/c??api_key=SECRET', 'chroma://h:***/c??api_key=***'],
    ['chroma://h/c?api_key=SEC#RET&SECRET', 'chroma://h/c?api_key=***'],
    ['chroma://h/c?api%5Fkey=SECRET&tenant=t', 'chroma://h/c?api%5Fkey=***&tenant=t'],
    ['chroma:h?api_key=SECRET', 'chroma:h?api_key=***'],
    ['?api_key=SECRET', '?api_key=***'],
    ['pinecone:i?host=http://u:SECRET@h', 'pinecone:i?host=http://u:***@h'],
    ['pinecone:i?host=http%3A%2F%2Fu%3ASECRET%40h&namespace=n', 'pinecone:i?host=***&namespace=n'],
  ])('%s', (location, masked) => {
    expect(maskLocation(location)).toBe(masked);
    // What was hidden once is hidden again, so that a masked location can be shown by whoever does not know that it is.
    expect(maskLocation(masked)).toBe(masked);
  });

  it.each([
    'chroma://host:8000/a@b?tenant=c@d',
    'qdrant://[::1]:6333/docs',
    'pglite:./a:b@c?table=c:d@e',
    'file:///a:b/c@d.jsonl',
    'lancedb:s3://bucket/path?table=a@b',
    'prod:a@b',
    'pinecone:index?namespace=a:b@c',
    'postgresql://me@host:5432/db?table=a@b',
    'memory:docs',
  ])('%s has nothing to hide', (location) => {
    expect(maskLocation(location)).toBe(location);
    expect(secretsIn(location)).toEqual([]);
  });

  it('tells the pieces of a secret that a parser would cut', () => {
    expect(secretsIn('postgresql://me:first#second@host/db')).toEqual(['first#second', 'first', 'second']);
    expect(secretsIn('postgresql://me:a%2Fb%20word@host/db')).toEqual(['a%2Fb%20word', 'a/b word']);
    expect(secretsIn('postgresql://docs:docs@host/docs')).toEqual([]);
  });
});
