import { Float } from '@vsm/core';
import { expect, test } from 'vitest';
import { isSecretName, withoutSecrets } from './mask.ts';

test('takes secrets out of names, URLs, parameters, headers and whatever repeats the environment', () => {
  const environment = {
    PGPASSWORD: 'pass w/rd',
    QDRANT_API_KEY: 'qdrant-key-1',
    HOME: '/home/someone',
    SHORT_TOKEN: 'ab',
  };
  const masked = withoutSecrets(
    {
      apiKey: 'literal-key',
      nested: [{ password: 'literal-password', user: 'me' }],
      location: 'postgresql://me:hunter2@host/db?sslpassword=hunter3&table=docs',
      message: 'refused: qdrant-key-1 and Bearer abc.def-123 and pass%20w%2Frd, see /home/someone/ab',
    },
    environment,
  );
  expect(masked).toEqual({
    apiKey: '(removed)',
    nested: [{ password: '(removed)', user: 'me' }],
    location: 'postgresql://me:***@host/db?sslpassword=(removed)&table=docs',
    message: 'refused: (removed) and Bearer *** and (removed), see /home/someone/ab',
  });
});

test('leaves everything else as it is', () => {
  const kept = { tokens: 12, keyword: 'a', location: 'chroma://host:8000/docs?tenant=t', list: [1n, null, true] };
  expect(withoutSecrets(kept, {})).toEqual(kept);
  expect(withoutSecrets({ value: new Float(1) }, {}).value).toBeInstanceOf(Float);
});

test('knows the names that people give to secrets', () => {
  const secret = ['api_key', 'apiKey', 'api-key', 'PGPASSWORD', 'metadata.password', 'authToken', 'client_secret'];
  expect(secret.filter((name) => !isSecretName(name))).toEqual([]);
  expect(['key', 'keyword', 'author', 'metadata.section', 'tokens'].filter(isSecretName)).toEqual([]);
});
