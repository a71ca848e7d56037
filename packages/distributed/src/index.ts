export { realClock, type Clock } from './clock.ts';
export { createEngine } from './engine.ts';
export { createLedger, type LedgerOptions } from './create-ledger.ts';
export type { Ledger } from './ledger.ts';
export { borrowedQueue } from './lent-queue.ts';
export {
  TIMINGS,
  type Append,
  type Claimed,
  type FleetHeader,
  type ItemRef,
  type RunState,
  type Timings,
  type Wave,
  type WorkerReport,
} from './model.ts';
export { workInProcesses, type ProcessesOptions } from './processes.ts';
export type { Delivery, WorkQueue } from './queue.ts';
export { startRun, type StartedRun, type StartOptions } from './start-run.ts';
export type { Change, LedgerStorage, Rows } from './storage.ts';
export { checkedStore, type FleetStores, type StoreResolver } from './stores.ts';
export { work, type RunEngine, type WorkOptions, type WorkOutcome, type WorkProblem } from './work.ts';
export { openLedger, openQueue, openStorage } from './open.ts';
export { fleetProgress, watch, type FleetProgress, type WatchOptions } from './watch.ts';
export { inspectServer, type ServerFinding, type ServerQuestion } from './inspect-servers.ts';
