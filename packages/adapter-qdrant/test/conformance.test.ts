import { parseJson, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import type { RuledRecords } from '@vsm/conformance';
import { testAdapter } from '@vsm/conformance/vitest';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createQdrant, openLocation } from '@vsm/adapter-qdrant';
import { afterAll, describe } from 'vitest';

// QDRANT_URL and QDRANT_API_KEY lead to a real server, and nothing else changes. Without them there are emulators behind a key of
// their own, for the versions with and without slices, over REST alone and with gRPC beside it.
const real = process.env['QDRANT_URL'];
const secret = process.env['QDRANT_API_KEY'] ?? (real === undefined ? 'a-secret-that-must-not-show' : undefined);
const emulators =
  real === undefined
    ? await Promise.all(
        [
          { version: '1.18.3' },
          { version: '1.18.3', grpc: true, deprecatedVectors: true },
          { version: '1.19.0', grpc: true, distributed: true },
        ].map((options) => startQdrantEmulator({ ...options, apiKey: secret })),
      )
    : [];
const urls = real === undefined ? emulators.map(({ url }) => url) : [real];
afterAll(() => Promise.all(emulators.map((emulator) => emulator.close())));

describe.each(urls)('%s', (url) => {
  // Given, since the emulators want a key.
  const grpc = real === undefined ? Number(new URL(url).port) + 1 : undefined;
  testAdapter({
    adapter: 'qdrant',
    connect: () => createQdrant({ url, apiKey: secret, grpcPort: grpc }),
    raw: { read: (collection, id) => readPoint(`${url}/collections/${encodeURIComponent(collection)}/points`, id) },
    locations: {
      open: (location) => openLocation(location, { apiKey: secret }),
      of: (collection) =>
        `qdrant:${url.replace(/^https?:/, '')}/${collection}${grpc === undefined ? '' : `?grpcPort=${grpc}`}`,
    },
    async busy() {
      const busy = await startQdrantEmulator({ faults: { failureRate: 1, failures: ['throttle'] } });
      emulators.push(busy);
      return { store: createQdrant({ url: busy.url, apiKey: secret }), call: (store) => store.listCollections() };
    },
    // Custom shard keys, which a cluster has; a server that is none has no rules of its own.
    ...(url === urls[2] && { rules: (_store, name) => makeShards(`${url}/collections/${encodeURIComponent(name)}`) }),
    unreachable: async () => createQdrant({ url: await closedUrl(), apiKey: secret }),
    secret,
  });
});

async function makeShards(url: string): Promise<RuledRecords> {
  const put = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', ...(secret !== undefined && { 'api-key': secret }) };
    const { ok, status } = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
    if (!ok) throw new Error(`${status} from ${url}${path}`);
  };
  await put('', { vectors: { size: 4, distance: 'Dot' }, sharding_method: 'custom' });
  await put('/shards', { shard_key: 'a' });
  const record = { id: '1', vectors: { '': [0.25, -0.5, 0.75, 1] } };
  return {
    fits: [{ ...record, metadata: { __shard_key: 'a' } }],
    unfit: [{ ...record, id: '2', metadata: {} }],
  };
}

/** Of a server that has just gone. */
async function closedUrl(): Promise<string> {
  const gone = await startQdrantEmulator();
  await gone.close();
  return gone.url;
}

type Json = Readonly<Record<string, MetadataValue>>;

/** Past the adapter and its client. */
async function readPoint(url: string, id: string): Promise<VectorRecord | undefined> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(secret !== undefined && { 'api-key': secret }) },
    body: `{"ids":[${/^\d+$/.test(id) ? id : JSON.stringify(id)}],"with_payload":true,"with_vector":true}`,
  });
  const { result } = parseJson(await answer.text()) as { readonly result: readonly Json[] };
  const [point] = result;
  if (point === undefined) return undefined;
  const { document, ...metadata } = (point['payload'] ?? {}) as Json;
  return {
    id,
    vectors: readVectors(point['vector'] ?? {}),
    metadata,
    ...(typeof document === 'string' && { document }),
  };
}

function readVectors(vector: MetadataValue): VectorRecord['vectors'] {
  if (Array.isArray(vector)) return { '': readVector(vector) };
  return Object.fromEntries(Object.entries(vector as Json).map(([name, value]) => [name, readVector(value)]));
}

function readVector(vector: MetadataValue): VectorRecord['vectors'][string] {
  const numbers = (list: MetadataValue): number[] => (list as readonly MetadataValue[]).map(Number);
  if (!Array.isArray(vector)) {
    const { indices, values } = vector as Json;
    return { indices: numbers(indices ?? []), values: numbers(values ?? []) };
  }
  return Array.isArray(vector[0]) ? { rows: vector.map(numbers) } : numbers(vector);
}
