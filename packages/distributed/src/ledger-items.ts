import { printKept, printRejected, type ScanPart } from '@vsm/core/engine';
import { appended, released, take } from './items.ts';
import {
  hashesKey,
  itemKey,
  itemOf,
  partsKey,
  partsOf,
  rejectedKey,
  resultKey,
  runOf,
  type LedgerRows,
  type Read,
} from './ledger-rows.ts';
import type { Ledger } from './ledger.ts';
import type { AppendAnswer, Claimed, ItemRef, ItemRow, RunRow } from './model.ts';
import { close, isOpen, isOver, moveOn, refsOf } from './waves.ts';

type ItemVerbs = Pick<Ledger, 'claim' | 'append' | 'release' | 'beat' | 'reconcile'>;

/** What workers do with items: taking one, remembering a page, giving it back, and signs of life. */
export function itemVerbs(rows: LedgerRows): ItemVerbs {
  const { storage, timings, rules } = rows;

  const claimedOf = (ref: ItemRef, row: ItemRow, state: RunRow, parts: readonly ScanPart[], now: number): Claimed => ({
    ref,
    claim: row.claim ?? '',
    epoch: row.epoch,
    seq: row.seq,
    position: rules.beginsAt(row),
    parts,
    settleMs: Math.max(0, state.lateUntil - now),
  });

  return {
    async claim(ref, worker) {
      const { runId, wave, item } = ref;
      const key = itemKey(wave, item);
      // Read with the run: a ledger that forgot the first `prepare` has none between that and the next one.
      const partsAt = wave === 'copy' || wave === 'compare' ? [partsKey(item)] : [];
      const partsIn = (read: Read): readonly ScanPart[] => partsAt.flatMap((at) => partsOf(read(at)));
      const asked = { locked: [key], seen: ['run', ...partsAt] };
      const attempt = await storage.transact<Claimed | 'done' | 'not-now' | 'run'>(runId, asked, (read, now) => {
        const state = runOf(read, runId);
        const before = itemOf(read(key));
        if (before.status !== 'open') return { result: 'done' };
        if (!isOpen(state) || state.wave !== wave) return { result: isOver(state) ? 'done' : 'not-now' };
        const { row, outcome, takenOver } = take(before, ref, worker, now, timings);
        // These change the run as well: below, with its row.
        if (outcome === 'given-up' || takenOver) return { result: 'run' };
        if (outcome === 'not-now') return { result: outcome };
        const result = claimedOf(ref, row, state, partsIn(read), now);
        return { result, put: new Map([[key, JSON.stringify(row)]]) };
      });
      if (attempt !== 'run') return attempt;
      return storage.transact<Claimed | 'done' | 'not-now'>(
        runId,
        { locked: ['run', key], seen: partsAt },
        (read, now) => {
          const state = runOf(read, runId);
          const before = itemOf(read(key));
          if (before.status !== 'open' || !isOpen(state) || state.wave !== wave) return { result: 'not-now' };
          const { row, outcome, takenOver } = take(before, ref, worker, now, timings);
          let after = state;
          if (takenOver) {
            const lateUntil = Math.max(state.lateUntil, now + timings.lease + timings.late);
            after = { ...state, lateUntil, takeovers: state.takeovers + 1 };
          }
          if (outcome === 'given-up') after = close(after, 'failed', {});
          const put = new Map([
            [key, JSON.stringify(row)],
            ['run', JSON.stringify(after)],
          ]);
          if (outcome === 'taken') return { result: claimedOf(ref, row, after, partsIn(read), now), put };
          return { result: outcome === 'given-up' ? 'done' : 'not-now', put };
        },
      );
    },

    async append(claimed, page) {
      const { ref } = claimed;
      const { runId, wave, item } = ref;
      const { done, rejected = [] } = page;
      const key = itemKey(wave, item);
      const asked = done === undefined ? { locked: [key], seen: ['run'] } : { locked: ['run', key] };
      return storage.transact<AppendAnswer>(runId, asked, (read, now) => {
        const before = itemOf(read(key));
        if (!rules.accepts(before, claimed)) return { result: { accepted: false } };
        const row = appended(before, page, now);
        const put = new Map([[key, JSON.stringify(row)]]);
        if (rejected.length > 0) {
          const rejectedAt = rejectedKey(page.rejectedOf ?? item, before.seq, wave);
          put.set(rejectedAt, rejected.map((record) => printRejected(record)).join('\n'));
        }
        if (page.hashes !== undefined) put.set(hashesKey(item, before.seq), page.hashes);
        for (const [name, fact] of Object.entries({ ...page.facts, ...done?.facts })) {
          put.set(`fact:${name}`, printKept({ fact }));
        }
        const state = runOf(read, runId);
        let after = state;
        if (done !== undefined) {
          const { next } = done;
          for (const [number, parts] of next?.entries() ?? []) put.set(partsKey(number), printKept([...parts]));
          if (done.result !== undefined) put.set(resultKey(wave, item), printKept({ result: done.result }));
          // Of a run that was cancelled meanwhile, another wave is the one that counts.
          if (state.wave === wave) {
            after = close({ ...state, copyItems: next?.length ?? state.copyItems }, 'done', done);
            put.set('run', JSON.stringify(after));
          }
        }
        return {
          put,
          result: {
            accepted: true,
            claimed: { ...claimed, seq: row.seq, position: row.position },
            stop: !isOpen(state) || state.wave !== wave,
            opened: after.wave === state.wave || isOver(after) ? [] : refsOf(runId, after),
          },
        };
      });
    },

    async release(claimed, failure) {
      const { runId, wave, item } = claimed.ref;
      const key = itemKey(wave, item);
      const asked = failure === undefined ? { locked: [key], seen: ['run'] } : { locked: ['run', key] };
      return storage.transact<readonly ItemRef[]>(runId, asked, (read, now) => {
        const before = itemOf(read(key));
        if (!rules.accepts(before, claimed)) return { result: [] };
        const row = released(before, claimed.ref, failure, now, timings);
        const put = new Map([[key, JSON.stringify(row)]]);
        const state = runOf(read, runId);
        if (row.status === 'failed' && state.wave === wave) put.set('run', JSON.stringify(close(state, 'failed', {})));
        return { result: [], put };
      });
    },

    async beat(report) {
      const lost: Claimed[] = [];
      let clock = 0;
      for (const claimed of report.held) {
        const { runId, wave, item } = claimed.ref;
        const key = itemKey(wave, item);
        const held = await storage.transact(runId, { locked: [key] }, (read, now) => {
          clock = now;
          const row = itemOf(read(key));
          if (row.status !== 'open' || row.claim !== claimed.claim) return { result: false };
          return { result: true, put: new Map([[key, JSON.stringify({ ...row, seenAt: now })]]) };
        });
        if (!held) lost.push(claimed);
      }
      for (const runId of new Set(report.held.map(({ ref }) => ref.runId))) {
        await storage.transact(runId, { locked: [`worker:${report.worker}`] }, (_, now) => {
          clock = now;
          const kept = { ...report, held: report.held.filter(({ ref }) => ref.runId === runId), seenAt: now };
          const short = kept.held.map(({ parts: _parts, ...rest }) => ({ ...rest, parts: [] }));
          return {
            result: undefined,
            put: new Map([[`worker:${report.worker}`, printKept({ ...kept, held: short })]]),
          };
        });
      }
      return { now: clock === 0 ? await rows.now() : clock, lost };
    },

    async reconcile(runId) {
      const before = await rows.run(runId);
      if (!isOpen(before)) return [];
      // One of all workers at a time.
      const mine = await storage.transact(runId, { locked: ['reconciled'] }, (read, now) => {
        if (Number(read('reconciled') ?? Number.NEGATIVE_INFINITY) + timings.reconcile > now) return { result: false };
        return { result: true, put: new Map([['reconciled', String(now)]]) };
      });
      if (!mine) return [];
      const open = await rows.open(runId, before);
      if (open.size === 0 || open.size !== before.open) {
        // As after a ledger forgot its last changes: what the items say is what is true, all of them at one moment.
        const keys = Array.from({ length: before.items }, (_, item) => itemKey(before.wave, item));
        await storage.transact(runId, { locked: ['run', ...keys] }, (read) => {
          const state = runOf(read, runId);
          if (!isOpen(state) || state.wave !== before.wave) return { result: undefined };
          const left = keys.filter((key) => itemOf(read(key)).status === 'open').length;
          const counted = { ...state, open: left };
          const after = left === 0 ? moveOn(counted, {}) : counted;
          return { result: undefined, put: new Map([['run', JSON.stringify(after)]]) };
        });
        const after = await rows.run(runId);
        return after.wave === before.wave ? [] : refsOf(runId, after);
      }
      const now = await rows.now();
      return [...open]
        .filter(([, row]) => row.seenAt + timings.lease < now && row.notBefore <= now)
        .map(([item]) => ({ runId, wave: before.wave, item }));
    },
  };
}
