import { testAdapter } from '@vsm/conformance/vitest';
import { startTurbopufferEmulator, type TurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { createTurbopuffer, openLocation } from '@vsm/adapter-turbopuffer';
import { afterAll } from 'vitest';
import { readRaw } from './raw.ts';

// TURBOPUFFER_API_KEY and TURBOPUFFER_REGION lead to the real service, and nothing else changes.
const realKey = process.env['TURBOPUFFER_API_KEY'];
const secret = realKey ?? 'a-secret-that-must-not-show';
const emulator: TurbopufferEmulator | undefined =
  realKey === undefined ? await startTurbopufferEmulator({ apiKey: secret }) : undefined;
const url = emulator?.url ?? `https://${process.env['TURBOPUFFER_REGION']}.turbopuffer.com`;
const others: TurbopufferEmulator[] = [];
afterAll(async () => {
  await emulator?.close();
  for (const other of others) await other.close();
});

testAdapter({
  adapter: 'turbopuffer',
  connect: () => createTurbopuffer({ url, apiKey: secret }),
  raw: { read: (collection, id) => readRaw({ url, apiKey: secret }, collection, id) },
  locations: {
    open: (location) => openLocation(location, { apiKey: secret }),
    of: (collection) => `turbopuffer:${collection}?url=${encodeURIComponent(url)}`,
  },
  async busy() {
    const busy = await startTurbopufferEmulator({ faults: { failureRate: 1, failures: ['throttle'] } });
    others.push(busy);
    return {
      store: createTurbopuffer({ url: busy.url, apiKey: secret }),
      call: (store) => store.listCollections(),
    };
  },
  async rules(store, name) {
    const vectors = { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } as const;
    await store.createCollection({ name, ids: 'uint64', vectors });
    const record = { id: '7', vectors: { '': [0.25, -0.5, 0.75, 1] }, metadata: {} };
    return { fits: [record], unfit: [{ ...record, id: 'no number' }] };
  },
  unreachable: () => createTurbopuffer({ url: 'http://127.0.0.1:9', apiKey: secret }),
  secret,
  ...(realKey !== undefined && { settleMs: 60_000, timeoutMs: 600_000 }),
});
