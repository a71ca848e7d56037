import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CollectionSchema } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';

const schema: CollectionSchema = {
  name: 'docs',
  vectors: {
    '': { kind: 'dense', dimension: 8, metric: 'cosine' },
    other: { kind: 'dense', dimension: 8, metric: 'dot' },
  },
};
const ROOT = { version: { number: '9.2.0' }, cluster_uuid: 'u' };
const row = (node: string, host: string | null, free: string | null): object => ({ node, host, 'disk.avail': free });

/** What the store says of a cluster of these nodes, or of one that refuses to name them. */
async function roomOf(nodes: readonly object[] | number, of: CollectionSchema = schema): Promise<unknown> {
  const server = createServer((request, response) => {
    const refused = request.url?.startsWith('/_cat/allocation') === true && typeof nodes === 'number';
    const answer = request.url === '/' ? ROOT : nodes;
    response.writeHead(refused ? nodes : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await using store = createElasticsearch({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    return await store.room?.(of);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('what is free is what the hosts have, each counted once, and a copy lies on a node of its own', async () => {
  const free = [row('a', '10.0.0.1', '700'), row('b', '10.0.0.1', '700'), row('c', '10.0.0.2', '50')];
  expect(await roomOf([...free, row('UNASSIGNED', null, null)])).toEqual({
    graphLinks: 16,
    quantizedBits: 0,
    copies: 2,
    freeDiskBytes: 750,
  });
  expect(await roomOf([row('a', '10.0.0.1', '700')])).toMatchObject({ copies: 1, freeDiskBytes: 700 });
});

it('what a key may not ask for, or a service does not tell, is not known', async () => {
  for (const status of [403, 404]) {
    expect(await roomOf(status)).toEqual({ graphLinks: 16, quantizedBits: 0, copies: 2, freeDiskBytes: undefined });
  }
  expect(await roomOf([row('a', '10.0.0.1', null)])).toMatchObject({ freeDiskBytes: undefined });
});
