// One of the processes of processes.test.ts: works on the run that its arguments name, between two servers.
import { createQdrant } from '@vsm/adapter-qdrant';
import { borrowedQueue, createEngine, createLedger, work, type LedgerStorage } from '@vsm/distributed';
import { sqliteStorage } from '@vsm/distributed/sqlite';

const [path = '', runId = '', sourceUrl = '', targetUrl = '', timings = '', stops] = process.argv.slice(2);
const storage = await sqliteStorage(path);
const stopping: LedgerStorage = {
  ...storage,
  transact: (space, rows, change) =>
    storage.transact(space, rows, (...read) => {
      const made = change(...read);
      const item = [...(made.put ?? [])].find(([key]) => key.startsWith('item:copy:'))?.[1];
      if (item !== undefined && (JSON.parse(item) as { seq: number }).seq > 2) standStill();
      return made;
    }),
};
const ledger = createLedger(stops === undefined ? storage : stopping, { timings: JSON.parse(timings) });
const [source, target] = [createQdrant({ url: sourceUrl }), createQdrant({ url: targetUrl })];
const engine = createEngine({ ledger, stores: async () => ({ source, target }), slots: 2 });
const queue = borrowedQueue();
await work({ ledger, queue, engine, slots: 2, until: runId });
await Promise.all([source.close(), target.close(), ledger.close(), queue.close()]);

/** For ever, in the middle of whatever this thread does. */
function standStill(): void {
  process.kill(process.pid, 'SIGSTOP');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
