import { createTurbopuffer, type TurbopufferOptions } from '@vsm/adapter-turbopuffer';
import { readRecords, type CollectionV1, type DisposableStore, type VectorRecord } from '@vsm/core/adapter';
import { startTurbopufferEmulator, type TurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { Turbopuffer } from '@turbopuffer/turbopuffer';
import { onTestFinished } from 'vitest';

export interface TestServer {
  readonly emulator: TurbopufferEmulator;
  readonly client: Turbopuffer;
  readonly open: (options?: TurbopufferOptions) => DisposableStore;
}

/** A service of this test's own, with the vendor's client beside ours. */
export async function testServer(): Promise<TestServer> {
  const emulator = await startTurbopufferEmulator();
  onTestFinished(() => emulator.close());
  return {
    emulator,
    client: new Turbopuffer({ baseURL: emulator.url, apiKey: 'any', maxRetries: 0 }),
    open(options) {
      const store = createTurbopuffer({ url: emulator.url, apiKey: 'any', ...options });
      onTestFinished(() => store.close());
      return store;
    },
  };
}

export async function allRecords(collection: CollectionV1): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  for await (const record of readRecords(collection)) records.push(record);
  return records;
}
