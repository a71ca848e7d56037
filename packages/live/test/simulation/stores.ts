import { RemoteError, recordKey, type CollectionV1, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import type { Side } from '@vsm/live';
import type { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';

/** One change of one record, at the moment at which a store makes it. */
export interface Landing {
  readonly side: Side;
  readonly key: string;
  /** Absent where it is deleted. */
  readonly value: number | undefined;
  /** Whether the application sent it, rather than copy or drain. */
  readonly byApplication: boolean;
  /** Whether that may write without the journal. */
  readonly records: boolean;
}

interface StoreFaults {
  /** The longest that a request may take. */
  readonly late: number;
  /** How long a sender waits for an answer. */
  readonly giveUpMs: number;
  /** Share of the requests that take any time up to that. */
  readonly slow: (byApplication: boolean) => number;
  /** Share of the requests of copy and drain after which the sender stands still. */
  readonly still: number;
  /** Share of the requests right after which the sender dies. */
  readonly dies: (byApplication: boolean) => number;
  /** Share of the answers that do not arrive. */
  readonly lost: number;
  /** Whether the sender stands still now between its last look at the clock and the request, and for how long, in milliseconds. */
  readonly beforeSending?: ((byApplication: boolean) => number) | undefined;
}

interface SimStore {
  readonly scheduler: Scheduler;
  readonly side: Side;
  readonly store: VectorStoreV1;
  readonly process: Process;
  readonly faults: StoreFaults;
  readonly byApplication: boolean;
  readonly records: boolean;
  readonly onLand: (landing: Landing) => void;
  /** Ends the process, and starts another one. */
  readonly die: () => void;
}

/** The value by which versions of a record are told apart. */
export const valueOf = (record: VectorRecord): number => Number(record.metadata['value']);

/** A store as one process reaches it: its requests land at some time, whatever has become of the sender by then. */
export function simStore(options: SimStore): VectorStoreV1 {
  const { store } = options;
  return {
    specificationVersion: 'v1',
    adapter: store.adapter,
    location: store.location,
    capabilities: store.capabilities,
    listCollections: () => store.listCollections(),
    createCollection: (schema) => store.createCollection(schema),
    openCollection: async (name) => simCollection(await store.openCollection(name), options),
    close: async () => undefined,
  };
}

function simCollection(inner: CollectionV1, options: SimStore): CollectionV1 {
  const { scheduler, side, process, faults, byApplication, records, onLand, die } = options;
  const { giveUpMs } = faults;
  const from = { side, byApplication, records };
  /** Just here, for as long as it takes another one to do the same. */
  const standStill = (): void => {
    if (!byApplication && scheduler.chance(faults.still)) {
      process.stoppedUntil = scheduler.now + scheduler.between(0, 3 * faults.late);
    }
  };
  const send = async <Answer>(land: () => Promise<Answer>): Promise<Answer> => {
    const still = faults.beforeSending?.(byApplication) ?? 0;
    if (still > 0) {
      process.stoppedUntil = scheduler.now + still;
      await scheduler.sleep(0, process);
    }
    const slow = scheduler.chance(faults.slow(byApplication));
    // Half of the late ones are as late as can be.
    const least = scheduler.chance(0.5) ? 0.9 * faults.late : 0;
    const ms = slow ? scheduler.between(least, faults.late) : scheduler.between(1, 60);
    const lost = scheduler.chance(faults.lost);
    let answer: Promise<Answer> | undefined;
    // Without a process: what was sent arrives.
    scheduler.at(ms, () => {
      answer = land();
    });
    const dying = faults.dies(byApplication);
    if (dying > 0 && scheduler.chance(dying)) scheduler.at(scheduler.between(0, 20), die);
    standStill();
    await scheduler.sleep(Math.min(lost ? giveUpMs : ms, giveUpMs), process);
    await scheduler.sleep(scheduler.between(0.5, 5), process);
    if (answer === undefined || lost) {
      // Now and then the network fails as a whole.
      if (scheduler.chance(0.3)) process.ledgerCutUntil = scheduler.now + scheduler.between(0, faults.late);
      throw new RemoteError(`${side}: no answer`, { adapter: 'memory', retryable: true });
    }
    return answer;
  };
  const wait = (): Promise<void> => {
    standStill();
    return scheduler.sleep(scheduler.between(1, 40), process);
  };
  return wrapCollection(inner, {
    upsert: (write) => (written, call) =>
      send(() => {
        for (const record of written) onLand({ ...from, key: recordKey(record), value: valueOf(record) });
        return write(written, call);
      }),
    delete: (remove) => (ids, call) =>
      send(() => {
        for (const id of ids) {
          onLand({ ...from, key: recordKey({ id, namespace: call?.namespace }), value: undefined });
        }
        return remove(ids, call);
      }),
    fetch: (read) => async (ids, call) => {
      await wait();
      const found = await read(ids, call);
      await wait();
      return found;
    },
    scan: (read) => async (request, call) => {
      await wait();
      return read(request, call);
    },
  });
}
