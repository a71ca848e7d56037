import type { ItemRef } from './model.ts';

/** One handing out of an item. */
export interface Delivery {
  readonly ref: ItemRef;
  /** The queue's own. */
  readonly handle: unknown;
}

/** Hands out items at least once. It only says that somebody should look: what is done stands in the ledger. */
export interface WorkQueue {
  /** What is there already is not added again. */
  add(refs: readonly ItemRef[], options?: { readonly delayMs?: number | undefined }): Promise<void>;
  /** Waits a few seconds. */
  claim(signal: AbortSignal): Promise<Delivery | undefined>;
  renew(held: readonly Delivery[]): Promise<void>;
  /** It need not be handed out again. Harmless where another one has it by now. */
  complete(delivery: Delivery): Promise<void>;
  fail(delivery: Delivery, retryInMs: number): Promise<void>;
  depth(): Promise<{ readonly waiting: number; readonly active: number }>;
  close(): Promise<void>;
  /** Ends once nothing is handed out any more, and whoever works from the queue with it. */
  readonly gone?: AbortSignal | undefined;
}

export function refName({ runId, wave, item }: ItemRef): string {
  return `${runId}.${wave}.${item}`;
}

export function parseRef(name: string): ItemRef {
  const [runId = '', wave = '', item = ''] = name.split('.');
  return { runId, wave: wave as ItemRef['wave'], item: Number(item) };
}
