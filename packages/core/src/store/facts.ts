import type { StoreFacts, VectorStoreV1 } from '../spec/v1.ts';

/** The facts of this deployment, which may do less than its adapter. */
export async function storeFacts(store: VectorStoreV1, signal?: AbortSignal): Promise<StoreFacts> {
  const capabilities = (await store.effectiveCapabilities?.({ signal })) ?? store.capabilities;
  return { adapter: store.adapter, capabilities };
}
