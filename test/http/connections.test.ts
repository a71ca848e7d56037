import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Pinecone } from '@pinecone-database/pinecone';
import { QdrantClient } from '@qdrant/js-client-rest';
import { createChroma, openLocation as openChroma } from '@vsm/adapter-chroma';
import { createPinecone, openLocation as openPinecone } from '@vsm/adapter-pinecone';
import { createQdrant, openLocation as openQdrant } from '@vsm/adapter-qdrant';
import { startForwardProxy, startGateway, startNeighbour, type Neighbour } from '@vsm/emulator-faults';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma } from '@vsm/service-chroma';
import { ChromaClient } from 'chromadb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fill, KEY, STORES } from './stores.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of open.splice(0).toReversed()) await one.close();
});

function closing<One extends { close(): unknown }>(one: One): One {
  open.push(one);
  return one;
}

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const tls = { key: readFileSync(fixture('server-key.pem'), 'utf8'), cert: readFileSync(fixture('server.pem'), 'utf8') };

/** Whose key is in a header of its own. With the others a gateway's password would be in the same one, so that they refuse it or have no key. */
const REACHED = STORES.filter(({ name }) => ['chroma', 'qdrant'].includes(name));

async function filled({ start, connect }: (typeof STORES)[number]): Promise<string> {
  const { url } = closing(await start());
  await fill(closing(connect(url)));
  return url;
}

describe.each(REACHED)('$name', (kind) => {
  it('is reached behind a prefix, with user and password of any characters, over TLS of an own authority', async () => {
    const user = 'us er:p@ss/wö?rd#%';
    const gateway = closing(
      await startGateway(await filled(kind), { prefix: '/some/pre fix'.replace(' ', '%20'), credentials: user, tls }),
    );
    const credentials = `us%20er:${encodeURIComponent('p@ss/wö?rd#%')}`;
    const url = `https://${credentials}@127.0.0.1:${gateway.port}/some/pre%20fix`;
    const store = closing(kind.connect(url, { caFile: fixture('authority.pem') }));
    expect(await store.listCollections()).toStrictEqual(['docs']);
    expect(store.location).not.toContain('p@ss');
    const stranger = closing(kind.connect(url));
    await expect(stranger.listCollections()).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      retryable: false,
      message: expect.stringContaining('`caFile` or NODE_EXTRA_CA_CERTS'),
    });
  });

  it('says what is missing where a gateway answers in its place', async () => {
    const gateway = closing(await startGateway(await filled(kind), { prefix: '/p', credentials: 'a:secret-word' }));
    const at = (rest: string): string => `http://${rest.replace('PORT', String(gateway.port))}`;
    const unknown = closing(kind.connect(at('127.0.0.1:PORT/p')));
    await expect(unknown.listCollections()).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('//user:password@host'),
    });
    const elsewhere = closing(kind.connect(at('a:secret-word@127.0.0.1:PORT')));
    await expect(elsewhere.openCollection('docs')).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/404 .*path prefix/),
    });
  });

  it('gets headers of the options and of the environment, which no message shows', async () => {
    const gateway = closing(await startGateway(await filled(kind), { credentials: 'a:b' }));
    const authorization = `Basic ${Buffer.from('a:b').toString('base64')}`;
    const url = `http://127.0.0.1:${gateway.port}`;
    const store = closing(kind.connect(url, { headers: { Authorization: authorization } }));
    expect(await store.listCollections()).toStrictEqual(['docs']);
    vi.stubEnv(`${kind.name.toUpperCase()}_HEADERS`, JSON.stringify({ authorization }));
    expect(await closing(kind.connect(url)).listCollections()).toStrictEqual(['docs']);
    vi.stubEnv(`${kind.name.toUpperCase()}_HEADERS`, 'authorization: hidden-word');
    expect(() => kind.connect(url)).toThrow(/_HEADERS must be a JSON object/);
  });
});

/** A key that is sent as a password passes a proxy, which is none of those that answer in a server's place. */
const PROXIED = STORES.filter(({ name }) => !['upstash', 's3vectors', 'pinecone'].includes(name));

describe.each(PROXIED)('$name', (kind) => {
  it('is reached through the proxies of the environment, which this machine itself is not', async () => {
    const url = await filled(kind);
    const proxy = closing(await startForwardProxy(url));
    vi.stubEnv('HTTP_PROXY', `127.0.0.1:${proxy.port}`);
    vi.stubEnv('http_proxy', undefined);
    vi.stubEnv('NO_PROXY', 'other.example');
    vi.stubEnv('no_proxy', undefined);
    expect(await closing(kind.connect('http://store.example:7000')).listCollections()).toStrictEqual(['docs']);
    expect(proxy.requests.join('\n')).toContain('http://store.example:7000/');
    const before = proxy.requests.length;
    expect(await closing(kind.connect(url)).listCollections()).toStrictEqual(['docs']);
    expect(proxy.requests).toHaveLength(before);

    const secure = closing(await startGateway(url, { tls }));
    const tunnel = closing(await startForwardProxy(`https://127.0.0.1:${secure.port}`));
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${tunnel.port}`);
    vi.stubEnv('https_proxy', undefined);
    const far = closing(kind.connect('https://store.example:7443', { caFile: fixture('authority.pem') }));
    expect(await far.listCollections()).toStrictEqual(['docs']);
    expect(tunnel.requests).toContain('CONNECT store.example:7443');
  });
});

describe('a ready client', () => {
  it('of chromadb gives its address, database and headers, and stays open', async () => {
    const server = await startChroma();
    open.push({ close: () => server.stop() });
    const gateway = closing(await startGateway(server.url, { credentials: 'a:b' }));
    const headers = { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` };
    const client = new ChromaClient({ host: '127.0.0.1', port: gateway.port, headers });
    const store = createChroma({ client });
    await fill(store);
    expect(await store.listCollections()).toStrictEqual(['docs']);
    expect(store.location).toBe(`chroma://127.0.0.1:${gateway.port}/default_tenant/default_database`);
    await store.close();
    expect((await client.listCollections()).map(({ name }) => name)).toStrictEqual(['docs']);
    expect(() => createChroma({ client, url: 'http://localhost' })).toThrow(/either `client`/);
  });

  it('of Qdrant gives its address and headers, its key among them, and stays open', async () => {
    const server = closing(await startQdrantEmulator({ apiKey: KEY }));
    const client = new QdrantClient({ url: server.url, headers: { 'api-key': KEY }, checkCompatibility: false });
    const store = createQdrant({ client });
    await fill(store);
    expect(await store.listCollections()).toStrictEqual(['docs']);
    expect(store.location).toBe(server.url);
    await store.close();
    expect(await client.getCollections()).toStrictEqual({ collections: [{ name: 'docs' }] });
    expect(() => createQdrant({ client, apiKey: 'k' })).toThrow(/either `client`/);
    expect(() => createQdrant({ client: {} as never })).toThrow(/must be a QdrantClient/);
  });

  it('of Pinecone gives its configuration, and stays open', async () => {
    const server = closing(await startPineconeEmulator({ apiKey: KEY }));
    const client = new Pinecone({ apiKey: KEY, controllerHostUrl: server.url });
    const store = createPinecone({ client });
    await fill(store);
    expect(await store.listCollections()).toStrictEqual(['docs']);
    await store.close();
    expect((await client.indexes.list()).indexes?.map(({ name }) => name)).toStrictEqual(['docs']);
    const own = new Pinecone({ apiKey: KEY, fetchApi: fetch });
    expect(() => createPinecone({ client: own })).toThrow(/fetchApi/);
  });
});

/** An emulator and a stranger at the port beside it, once both ports are free. */
async function besides(): Promise<{ readonly server: QdrantEmulator; readonly neighbour: Neighbour }> {
  const server = closing(await startQdrantEmulator({ apiKey: KEY }));
  const neighbour = await startNeighbour(Number(new URL(server.url).port) + 1);
  return neighbour === undefined ? besides() : { server, neighbour: closing(neighbour) };
}

describe('a key', () => {
  it('is not shown to whoever listens at the port beside Qdrant', async () => {
    const { server, neighbour } = await besides();
    const store = closing(createQdrant({ url: server.url, apiKey: KEY }));
    await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'dot' } } });
    const docs = await store.openCollection('docs');
    await docs.upsert([{ id: '1', vectors: { '': [1, 2, 3] }, metadata: {} }]);
    expect(neighbour.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(neighbour.requests)).not.toContain(KEY);
  });

  it('does not go from TLS to the plain text of a host that the control plane names', async () => {
    const server = closing(await startPineconeEmulator({ apiKey: KEY }));
    await fill(closing(createPinecone({ controllerHost: server.url, apiKey: KEY })));
    const gateway = closing(await startGateway(server.url, { tls, credentials: 'me:p@ss' }));
    const caFile = fixture('authority.pem');
    const secure = `https://me:p%40ss@127.0.0.1:${gateway.port}`;
    const store = closing(createPinecone({ controllerHost: secure, apiKey: KEY, caFile }));
    const docs = await store.openCollection('docs');
    await expect(docs.count()).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/the key would not be safe.*give it as `host`/),
    });
    const own = closing(createPinecone({ host: `${secure}/hosts/docs`, apiKey: KEY, caFile }));
    expect(await (await own.openCollection('docs')).count()).toMatchObject({ value: 50 });
  });
});

describe('a location', () => {
  it.each([
    [openChroma, 'chroma:./my_chroma_dir', /folder:FOLDER/],
    [openChroma, 'chroma:my_chroma_dir', /wants a host behind \/\//],
    [openChroma, 'chroma:///docs', /names a host/],
    [openChroma, 'chroma:http://localhost:8000/docs', /write chroma:\/\/localhost:8000\/docs/],
    [openChroma, 'chroma:https://me:word@host/docs', /write chroma\+https:\/\/\*\*\*@host\/docs/],
    [openChroma, 'chroma://http://localhost:8000/docs', /write chroma:\/\/localhost:8000\/docs/],
    [openChroma, 'chroma://localhost:8000/chroma/docs', /\?prefix=PATH/],
    [openChroma, 'chroma://localhost:8000/do%cs', /percent-encoded/],
    [openChroma, 'chroma://localhost:99999/docs', /must be like http/],
    [openQdrant, 'qdrant:./dir', /start a server/],
    [openQdrant, 'qdrant:dir', /start a server/],
    [openQdrant, 'qdrant:https://host:6333/docs', /write qdrant\+https:\/\/host:6333\/docs/],
    [openQdrant, 'qdrant://host/qdrant/docs', /\?prefix=PATH/],
    [openQdrant, 'qdrant://host/docs?timeoutMs=soon', /timeoutMs/],
    [openPinecone, 'pinecone:https://docs-abc.svc.pinecone.io', /names an index, such as pinecone:my-index/],
    [openPinecone, 'pinecone://docs', /names an index/],
  ])('%o %s is refused, and never means localhost', (openLocation, location, message) => {
    const opening = (): unknown => openLocation(location, { apiKey: 'k' });
    expect(opening).toThrow(message);
    expect(opening).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(opening).not.toThrow(/me:word/);
  });

  it.each([
    [
      openChroma,
      'chroma://[::1]/my%20docs%2F%C3%A9?prefix=a/b%20c',
      'chroma://[::1]:8000/a/b%20c/default_tenant/default_database',
      'my docs/é',
    ],
    [openChroma, 'chroma://me:p%40ss@host:80/docs', 'chroma://host/default_tenant/default_database', 'docs'],
    [openChroma, 'chroma+https://host/docs', 'chroma+https://host/default_tenant/default_database', 'docs'],
    [openQdrant, 'qdrant://me:p%40ss@host/%C3%A9%20%25', 'http://host:6333', 'é %'],
    [openQdrant, 'qdrant+https://host:443/docs?prefix=/q/&timeoutMs=5&grpcPort=false', 'https://host:443/q', 'docs'],
  ])('%o %s leads to %s', (openLocation, location, where, collection) => {
    const opened = openLocation(location);
    expect([opened.store.location, opened.collection]).toStrictEqual([where, collection]);
  });
});
