import { testAdapter } from '@vsm/conformance/vitest';
import { startUpstashEmulator, type UpstashEmulator } from '@vsm/emulator-upstash';
import { createUpstash, openLocation } from '@vsm/adapter-upstash';
import { afterAll } from 'vitest';
import { readRaw } from './raw.ts';

// UPSTASH_EMAIL and UPSTASH_API_KEY lead to the real service, where indexes are made and deleted, and nothing else changes.
const realKey = process.env['UPSTASH_API_KEY'];
const email = process.env['UPSTASH_EMAIL'] ?? 'someone@example.org';
const secret = realKey ?? 'a-secret-that-must-not-show';
const emulator: UpstashEmulator | undefined =
  realKey === undefined ? await startUpstashEmulator({ account: { email, apiKey: secret } }) : undefined;
const controller = emulator?.url ?? 'https://api.upstash.com';
const others: UpstashEmulator[] = [];
afterAll(async () => {
  await emulator?.close();
  for (const other of others) await other.close();
});

testAdapter({
  adapter: 'upstash',
  connect: () => createUpstash({ controller, email, apiKey: secret }),
  raw: {
    read: (collection, id, namespace) => readRaw({ controller, email, apiKey: secret }, collection, id, namespace),
  },
  locations: {
    open: (location) => openLocation(location, { apiKey: secret }),
    of: (collection) =>
      `upstash:${collection}?email=${encodeURIComponent(email)}&controller=${encodeURIComponent(controller)}`,
  },
  async busy() {
    const busy = await startUpstashEmulator({ faults: { failureRate: 1, failures: ['throttle'] } });
    others.push(busy);
    return {
      store: createUpstash({ controller: busy.url, email, apiKey: secret }),
      call: (store) => store.listCollections(),
    };
  },
  async rules(store, name) {
    // Of both kinds, as the console makes one.
    const authorization = `Basic ${Buffer.from(`${email}:${secret}`).toString('base64')}`;
    const shape = { region: 'us-east-1', type: 'free', similarity_function: 'COSINE', dimension_count: 4 };
    const body = JSON.stringify({ name, index_type: 'HYBRID', ...shape });
    await fetch(`${controller}/v2/vector/index`, { method: 'POST', headers: { authorization }, body });
    const { vectors } = await (await store.openCollection(name)).describe();
    const sparse = Object.keys(vectors).find((one) => one !== '') ?? '';
    const dense = { '': [0.25, -0.5, 0.75, 1] };
    const both = { ...dense, [sparse]: { indices: [3], values: [0.5] } };
    return {
      fits: [{ id: 'both', vectors: both, metadata: {} }],
      unfit: [{ id: 'dense alone', vectors: dense, metadata: {} }],
    };
  },
  unreachable: () => createUpstash({ controller: 'http://127.0.0.1:9', email, apiKey: secret }),
  secret,
  ...(realKey !== undefined && { settleMs: 60_000, timeoutMs: 600_000 }),
});
