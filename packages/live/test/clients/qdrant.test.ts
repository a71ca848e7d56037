import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { journaled } from '@vsm/live/qdrant';
import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { QDRANT_METHODS } from '../../src/qdrant-methods.ts';
import { functionsOf, liveIn } from './live-in.ts';

const UUID = '7f1b6a5c-93a7-4d5e-8f2c-0123456789ab';

async function openEmulator() {
  const emulator = await startQdrantEmulator();
  onTestFinished(() => emulator.close());
  const client = new QdrantClient({ url: emulator.url });
  for (const name of ['docs', 'other']) {
    await client.createCollection(name, { vectors: { size: 2, distance: 'Cosine' } });
    const points = [1, 2, 3, 4].map((id) => ({ id, vector: [id, 1], payload: { even: id % 2 === 0 } }));
    await client.upsert(name, { points });
  }
  return client;
}

/** A server that takes whatever it is sent, and finds the points 2 and 4 by every filter. */
async function openRecorder() {
  const requests: { readonly path: string; readonly body: unknown }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = String(request.url);
    const found = path.endsWith('/points/scroll');
    const body: unknown = await json(request);
    if (!found) requests.push({ path, body });
    const result = found
      ? { points: [{ id: 2 }, { id: 4 }], next_page_offset: null }
      : { operation_id: 1, status: 'completed' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ result, status: 'ok', time: 0 }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { client: new QdrantClient({ url: `http://127.0.0.1:${port}`, checkCompatibility: false }), requests };
}

const ids = async (client: QdrantClient, name = 'docs'): Promise<readonly unknown[]> =>
  (await client.scroll(name, { limit: 100 })).points.map(({ id }) => id);

test('every method of the client is in the list, and none that it does not have', () => {
  const client = new QdrantClient({ url: 'http://localhost:1', checkCompatibility: false });
  expect(Object.keys(QDRANT_METHODS).toSorted()).toEqual(functionsOf(client));
});

test('a method that is in no list is refused', async () => {
  class Newer extends QdrantClient {
    async transmute(_collection: string): Promise<void> {}
  }
  const { live } = await liveIn('drain');
  const client = journaled(new Newer({ url: 'http://localhost:1', checkCompatibility: false }), live, {
    collection: 'docs',
  });
  await expect(client.transmute('docs')).rejects.toThrow('does not know what it does');
});

describe('writes to the collection of the move', () => {
  test('leave marks of the points that they name', async () => {
    const { live, marked } = await liveIn('drain');
    const client = journaled(await openEmulator(), live, { collection: 'docs' });
    await client.upsert('docs', { points: [{ id: 9, vector: [1, 0] }] });
    await client.upsert('docs', { batch: { ids: [UUID.toUpperCase()], vectors: [[0, 1]] } });
    await client.delete('docs', { points: [1] });
    expect(await marked()).toEqual(['/1', `/${UUID}`, '/9'].toSorted());
    expect(await ids(client)).toEqual([2, 3, 4, 9, UUID]);
  });

  test('mark what a filter selects, and touch nothing that came to match meanwhile', async () => {
    const { live, marked } = await liveIn('drain');
    const raw = await openEmulator();
    const even = { must: [{ key: 'even', match: { value: true } }] };
    let seen = false;
    const late = journaled(
      raw,
      {
        ...live,
        async write(names, actions) {
          if (!seen) await raw.upsert('docs', { points: [{ id: 6, vector: [1, 0], payload: { even: true } }] });
          seen = true;
          return live.write(names, actions);
        },
      },
      { collection: 'docs' },
    );
    await late.delete('docs', { filter: even });
    expect(await marked()).toEqual(['/2', '/4']);
    expect(await ids(raw)).toEqual([1, 3, 6]);
  });

  test('are sent by filter and ids, and wait for the server', async () => {
    const { live, marked } = await liveIn('drain');
    const { client: raw, requests } = await openRecorder();
    const client = journaled(raw, live, { collection: 'docs' });
    const filter = { must: [{ key: 'a', match: { value: 1 } }] };
    const both = { must: [filter, { has_id: [2, 4] }] };
    await client.setPayload('docs', { payload: { b: 1 }, filter, wait: false });
    await client.overwritePayload('docs', { payload: { b: 1 }, points: [7] });
    await client.deletePayload('docs', { keys: ['b'], filter });
    await client.clearPayload('docs', { filter });
    await client.updateVectors('docs', { points: [{ id: 8, vector: [1, 0] }] });
    await client.deleteVectors('docs', { vector: ['v'], filter });
    expect(requests.map(({ body }) => body)).toEqual([
      { payload: { b: 1 }, filter: both },
      { payload: { b: 1 }, points: [7] },
      { keys: ['b'], filter: both },
      { filter: both },
      { points: [{ id: 8, vector: [1, 0] }] },
      { filter: both, vector: ['v'] },
    ]);
    expect(requests.every(({ path }) => path.includes('wait=true'))).toBe(true);
    expect(await marked()).toEqual(['/2', '/4', '/7', '/8']);
  });

  test('of a batch mark all of its operations, and a filter in it selects what it has written', async () => {
    const { live, marked } = await liveIn('drain');
    const { client: raw, requests } = await openRecorder();
    const filter = { must: [{ key: 'a', match: { value: 1 } }] };
    await journaled(raw, live, { collection: 'docs' }).batchUpdate('docs', {
      operations: [{ upsert: { points: [{ id: 1, vector: [1, 0] }] } }, { delete: { filter } }],
    });
    const [first] = requests;
    expect(first?.body).toEqual({
      operations: [
        { upsert: { points: [{ id: 1, vector: [1, 0] }] } },
        { delete: { filter: { must: [filter, { has_id: [1, 2, 4] }] } } },
      ],
    });
    expect(await marked()).toEqual(['/1', '/2', '/4']);
  });

  test('are those by an alias, too; others pass', async () => {
    const { live, marked } = await liveIn('drain');
    const raw = await openEmulator();
    await raw.updateCollectionAliases({
      actions: [{ create_alias: { alias_name: 'today', collection_name: 'docs' } }],
    });
    const client = journaled(raw, live, { collection: 'docs' });
    await client.delete('today', { points: [1] });
    await client.delete('other', { points: [2] });
    expect(await marked()).toEqual(['/1']);
    expect(await ids(raw, 'other')).toEqual([1, 3, 4]);
  });

  test('that would change all of it are refused, and were not sent', async () => {
    const { live } = await liveIn('drain');
    const raw = await openEmulator();
    const client = journaled(raw, live, { collection: 'docs' });
    await expect(client.deleteCollection('docs')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const create = { create_alias: { alias_name: 'today', collection_name: 'docs' } };
    await expect(client.updateCollectionAliases({ actions: [create] })).rejects.toThrow('different collections');
    expect(() => client.api()).toThrow('is not seen');
    await client.deleteCollection('other');
    expect((await raw.getCollections()).collections).toEqual([{ name: 'docs' }]);
  });
});

describe('where the target serves', () => {
  test('a client of the source writes no more', async () => {
    const { live, marked } = await liveIn('switched');
    const raw = await openEmulator();
    const client = journaled(raw, live, { collection: 'docs' });
    await expect(client.delete('docs', { points: [1] })).rejects.toThrow('the target of the move "move" takes writes');
    expect(await ids(raw)).toEqual([1, 2, 3, 4]);
    expect(await marked()).toEqual([]);
  });

  test('calls go to the other client, by the name of the collection there', async () => {
    const { live, marked } = await liveIn('switched');
    const [here, there] = [await openEmulator(), await openEmulator()];
    const client = journaled(here, live, { collection: { source: 'docs', target: 'other' }, other: () => there });
    await client.delete('docs', { filter: { must: [{ key: 'even', match: { value: true } }] } });
    expect(await marked()).toEqual(['/2', '/4']);
    expect(await ids(client)).toEqual([1, 3]);
    expect(await ids(here)).toEqual([1, 2, 3, 4]);
  });

  test('a client of the target marks, unless its ids are others', async () => {
    const raw = await openEmulator();
    const { live, marked } = await liveIn('switched');
    await journaled(raw, live, { collection: 'docs', side: 'target' }).delete('docs', { points: [1] });
    expect(await marked()).toEqual(['/1']);
    const encoded = await liveIn('switched', { encodings: { ids: 3 } });
    const client = journaled(raw, encoded.live, { collection: 'docs', side: 'target' });
    await expect(client.delete('docs', { points: [2] })).rejects.toThrow('by other ids than the source');
    expect(await ids(raw)).toEqual([2, 3, 4]);
  });
});

test('searches are answered by one store, and the other one is asked after the reply', async () => {
  const { live } = await liveIn('shadow');
  const [here, there] = [await openEmulator(), await openEmulator()];
  const asked = vi.spyOn(there, 'query');
  const client = journaled(here, live, { collection: 'docs', other: () => there });
  const { points } = await client.query('docs', { query: [1, 0], limit: 4 });
  expect(points.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  await live.close();
  expect(asked).toHaveBeenCalledWith('docs', { query: [1, 0], limit: 4 });
});
