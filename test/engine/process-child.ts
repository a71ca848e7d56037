// One of the processes of processes.test.ts: works on the run that its arguments name, between two servers.
import { createQdrant } from '@vsm/adapter-qdrant';
import { borrowedQueue, createEngine, createLedger, work } from '@vsm/distributed';
import { sqliteStorage } from '@vsm/distributed/sqlite';

const [path = '', runId = '', sourceUrl = '', targetUrl = '', timings = ''] = process.argv.slice(2);
const ledger = createLedger(await sqliteStorage(path), { timings: JSON.parse(timings) });
const [source, target] = [createQdrant({ url: sourceUrl }), createQdrant({ url: targetUrl })];
const engine = createEngine({ ledger, stores: async () => ({ source, target }), slots: 2 });
const queue = borrowedQueue();
await work({ ledger, queue, engine, slots: 2, until: runId });
await Promise.all([source.close(), target.close(), ledger.close(), queue.close()]);
