import { testAdapter } from '@vsm/conformance/vitest';
import { expect, it } from 'vitest';
import { createAcme, openLocation } from '../src/index.ts';
import { Client, startToyServer } from '../src/server.ts';
import { toRecord } from '../src/mapping.ts';

const apiKey = 'a-key-that-no-message-shows';
const url = startToyServer(apiKey);

testAdapter({
  adapter: 'acme',
  connect: () => createAcme({ url, apiKey }),
  unreachable: () => createAcme({ url: 'http://nobody.invalid', apiKey }),
  secret: apiKey,
  // An adapter must not be the only witness of its writes: read past it, by the vendor's client.
  raw: {
    async read(collection, id) {
      const [row] = await new Client(url, apiKey).getRows(collection, [id]);
      return row === undefined ? undefined : toRecord(row, ['vectors', 'metadata']);
    },
  },
});

it('opens a location by its name', () => {
  const { store, collection } = openLocation('acme://localhost:1234/docs');
  expect([store.adapter, store.location, collection]).toEqual(['acme', 'http://localhost:1234', 'docs']);
  expect(openLocation('acme://localhost:1234').collection).toBeUndefined();
});

it('says what a location looks like, and not the password in a wrong one', () => {
  expect(() => openLocation('acme://me:hunter2@localhost/docs')).toThrow(/^acme: a location looks like (?!.*hunter2)/);
});

it('says that the key is wrong', async () => {
  await expect(createAcme({ url, apiKey: 'other' }).listCollections()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});
