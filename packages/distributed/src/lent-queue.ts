/**
 * A queue of one process for the processes that it has started, over the channel that Node makes between them: hints alone go over it, so
 * that whoever dies loses nothing that the ledger has.
 */
import type { ChildProcess } from 'node:child_process';
import { VsmError } from '@vsm/core';
import type { ItemRef } from './model.ts';
import { refName, type Delivery, type WorkQueue } from './queue.ts';
import { giveSigns } from './signs-of-life.ts';

const VERBS = ['add', 'claim', 'giveUp', 'complete', 'fail', 'depth'] as const;

interface Asked {
  readonly vsmQueue: number;
  readonly verb: (typeof VERBS)[number];
  readonly refs: readonly ItemRef[];
  /** The number of a claim that is not waited for any more, or a pause in milliseconds. */
  readonly number: number;
}

interface Answered {
  readonly vsmQueue: number;
  readonly answer?: unknown;
  readonly problem?: string | undefined;
}

/** Other messages may go over the same channel. */
const isOurs = (message: unknown): message is { readonly vsmQueue: number } =>
  typeof message === 'object' && message !== null && 'vsmQueue' in message;

/** Lets a child take from the queue; what it has when it ends is handed out again at once. */
export function lendQueue(queue: WorkQueue, child: ChildProcess): void {
  const lent = new Map<string, Delivery>();
  const claims = new Map<number, AbortController>();
  const take = (ref: ItemRef | undefined): Delivery | undefined => {
    const name = ref === undefined ? '' : refName(ref);
    const delivery = lent.get(name);
    lent.delete(name);
    return delivery;
  };
  const claim = async (id: number): Promise<ItemRef | undefined> => {
    const wait = new AbortController();
    claims.set(id, wait);
    try {
      const delivery = await queue.claim(wait.signal);
      if (delivery === undefined) return undefined;
      if (child.connected) lent.set(refName(delivery.ref), delivery);
      else await queue.fail(delivery, 0);
      return delivery.ref;
    } finally {
      claims.delete(id);
    }
  };
  const carryOut = async ({ vsmQueue: id, verb, refs, number }: Asked): Promise<unknown> => {
    if (verb === 'claim') return claim(id);
    if (verb === 'giveUp') return claims.get(number)?.abort();
    if (verb === 'add') return queue.add(refs, { delayMs: number });
    if (verb === 'depth') return queue.depth();
    const delivery = take(refs[0]);
    if (delivery === undefined) return undefined;
    return verb === 'complete' ? queue.complete(delivery) : queue.fail(delivery, number);
  };
  child.on('message', (message: unknown) => {
    if (!isOurs(message)) return;
    const reply = (rest: Omit<Answered, 'vsmQueue'>): void => {
      // One that has gone needs no answer.
      if (child.connected) child.send({ vsmQueue: message.vsmQueue, ...rest }, () => undefined);
    };
    void carryOut(message as Asked).then(
      (answer) => reply({ answer }),
      (error: unknown) => reply({ problem: error instanceof Error ? error.message : String(error) }),
    );
  });
  child.once('disconnect', () => {
    for (const wait of claims.values()) wait.abort();
    for (const delivery of lent.values()) void queue.fail(delivery, 0).catch(() => undefined);
    lent.clear();
  });
}

/** The queue that the parent of this process lends; it is gone with the channel to it. */
export function borrowedQueue(channel: NodeJS.Process = process): WorkQueue {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const end = new AbortController();
  let asked = 0;
  giveSigns(channel);
  channel.on('message', (message: unknown) => {
    if (!isOurs(message)) return;
    const { vsmQueue: id, answer, problem } = message as Answered;
    const one = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) one?.resolve(answer);
    else one?.reject(new VsmError('REMOTE_FAILED', `The queue of the first process: ${problem}`));
  });
  const leave = (): void => {
    end.abort(gone());
    for (const one of waiting.values()) one.reject(gone());
    waiting.clear();
  };
  if (channel.connected) channel.once('disconnect', leave);
  else leave();
  const ask = (
    verb: Asked['verb'],
    refs: readonly ItemRef[],
    number: number,
  ): { id: number; answer: Promise<unknown> } => {
    const id = (asked += 1);
    const one = Promise.withResolvers<unknown>();
    if (channel.connected) {
      waiting.set(id, one);
      // A parent that has just gone is told by `disconnect`.
      channel.send?.({ vsmQueue: id, verb, refs, number } satisfies Asked, () => undefined);
    } else one.reject(gone());
    return { id, answer: one.promise };
  };
  return {
    async add(refs, { delayMs = 0 } = {}) {
      await ask('add', refs, delayMs).answer;
    },
    async claim(signal) {
      if (signal.aborted) return undefined;
      const { id, answer } = ask('claim', [], 0);
      const stop = (): void => void ask('giveUp', [], id).answer.catch(() => undefined);
      signal.addEventListener('abort', stop, { once: true });
      try {
        const ref = (await answer) as ItemRef | undefined;
        return ref === undefined ? undefined : { ref, handle: undefined };
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    async renew() {},
    async complete({ ref }) {
      await ask('complete', [ref], 0).answer;
    },
    async fail({ ref }, retryInMs) {
      await ask('fail', [ref], retryInMs).answer;
    },
    async depth() {
      return (await ask('depth', [], 0).answer) as Awaited<ReturnType<WorkQueue['depth']>>;
    },
    async close() {
      // It keeps this process from ending.
      if (channel.connected) channel.disconnect();
    },
    gone: end.signal,
  };
}

const gone = (): VsmError => new VsmError('ABORTED', 'The process that hands out the work has ended.');
