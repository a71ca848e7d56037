import type { JsonValue, RejectedRecord } from '@vsm/core';
import { parseKept } from '@vsm/core/engine';
import { RULES, type Rules } from './items.ts';
import { itemVerbs } from './ledger-items.ts';
import { HASHES, LedgerRows, PACES, rejectedKey } from './ledger-rows.ts';
import { runVerbs } from './ledger-runs.ts';
import type { Ledger } from './ledger.ts';
import { TIMINGS, type Timings, type WorkerReport } from './model.ts';
import type { LedgerStorage } from './storage.ts';

export interface LedgerOptions {
  readonly timings?: Timings | undefined;
  readonly rules?: Rules | undefined;
}

const FORGOTTEN_AT_ONCE = 200;

export function createLedger(storage: LedgerStorage, options: LedgerOptions = {}): Ledger {
  const { timings = TIMINGS, rules = RULES } = options;
  const rows = new LedgerRows(storage, timings, rules);
  return {
    timings,
    header: (runId) => rows.header(runId),
    run: (runId) => rows.run(runId),
    items: (runId, wave) => rows.items(runId, wave),
    ...runVerbs(rows),
    ...itemVerbs(rows),

    async workers(runId) {
      const reports: WorkerReport[] = [];
      for await (const [, text] of storage.list(runId, 'worker:')) reports.push(parseKept(text) as WorkerReport);
      return reports;
    },

    async facts(runId) {
      const facts = new Map<string, JsonValue>();
      for await (const [key, text] of storage.list(runId, 'fact:')) {
        facts.set(key.slice('fact:'.length), (parseKept(text) as { fact: JsonValue }).fact);
      }
      return facts;
    },

    async *results(runId, wave) {
      for await (const [, text] of storage.list(runId, `result:${wave}:`)) {
        yield (parseKept(text) as { result: unknown }).result;
      }
    },

    async *rejected(runId, item) {
      for await (const [, text] of storage.list(runId, item === undefined ? 'rejected:' : rejectedKey(item))) {
        for (const line of text.split('\n')) yield parseKept(line) as RejectedRecord;
      }
    },

    parts: (runId, item) => rows.parts(runId, item),

    async *hashes(runId) {
      for await (const [key, packed] of storage.list(runId, HASHES)) {
        yield [Number(key.slice(HASHES.length, key.lastIndexOf(':'))), packed];
      }
    },

    async forgetHashes(runId) {
      const keys: string[] = [];
      for await (const [key] of storage.list(runId, HASHES)) keys.push(key);
      for (let at = 0; at < keys.length; at += FORGOTTEN_AT_ONCE) {
        const locked = keys.slice(at, at + FORGOTTEN_AT_ONCE);
        const put = new Map(locked.map((key) => [key, undefined]));
        await storage.transact(runId, { locked }, () => ({ result: undefined, put }));
      }
    },

    async book(target, ms) {
      return storage.transact(PACES, { locked: [target] }, (read, now) => {
        const { free = 0, hold = 0 } = JSON.parse(read(target) ?? '{}') as { free?: number; hold?: number };
        const begin = Math.max(now, free, hold);
        const put = new Map([[target, JSON.stringify({ free: begin + ms, hold })]]);
        return { result: begin - now, put: ms > 0 ? put : undefined };
      });
    },

    async holdOff(target, ms) {
      await storage.transact(PACES, { locked: [target] }, (read, now) => {
        const pace = JSON.parse(read(target) ?? '{}') as { hold?: number };
        const hold = Math.max(pace.hold ?? 0, now + ms);
        return { result: undefined, put: new Map([[target, JSON.stringify({ ...pace, hold })]]) };
      });
    },

    now: () => rows.now(),
    close: () => storage.close(),
  };
}
