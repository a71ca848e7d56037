import {
  beginLoad,
  bundleParts,
  copyPart,
  endLoad,
  holdsOthers,
  intoTarget,
  keepIndexSettings,
  openEnd,
  openTarget,
  RepeatedIds,
  scanParts,
  type BulkLoad,
} from '@vsm/core/engine';
import { openRun, sidesOf, endsOf, stepLog, type RunContext, type Steps } from './context.ts';
import { countBefore } from './count-before.ts';
import { nameDoubled, packHashes, watchesIds } from './doubled.ts';
import type { Ledger } from './ledger.ts';
import type { ItemResult } from './model.ts';
import { compare, conclude, type Finished } from './proof.ts';
import type { StoreResolver } from './stores.ts';
import type { RunEngine } from './work.ts';

interface EngineOptions {
  readonly ledger: Ledger;
  readonly stores: StoreResolver;
  readonly slots: number;
  /** Of records in memory, over all slots. @default 64 MiB */
  readonly maxBytesInFlight?: number | undefined;
  readonly onRefused?: ((runId: string, error: unknown) => void) | undefined;
}

/** How long a run that this process may not work on is not asked for again, in milliseconds. */
const REFUSED_MS = 60_000;

/** The work of a run on real stores: the pieces that a run in one process calls in a row. */
export function createEngine({ ledger, stores, slots, maxBytesInFlight, onRefused }: EngineOptions): RunEngine {
  const contexts = new Map<string, Promise<RunContext>>();
  const refused = new Map<string, number>();
  const contextOf = (runId: string): Promise<RunContext> => {
    const known = contexts.get(runId);
    if (known !== undefined) return known;
    const opened = openRun(ledger, runId, stores, { slots, maxBytesInFlight });
    contexts.set(runId, opened);
    opened.catch(() => contexts.delete(runId));
    return opened;
  };
  return {
    async admits(runId) {
      if ((refused.get(runId) ?? 0) > performance.now()) return false;
      try {
        await contextOf(runId);
        return true;
      } catch (error) {
        refused.set(runId, performance.now() + REFUSED_MS);
        onRefused?.(runId, error);
        return false;
      }
    },
    async run(item) {
      const context = await contextOf(item.claimed.ref.runId);
      const steps = { ledger, context, item };
      switch (item.claimed.ref.wave) {
        case 'prepare':
          return prepare(steps);
        case 'copy':
          return copy(steps);
        case 'finish':
          return finish(steps);
        case 'compare':
          return compare(steps);
        case 'conclude':
          return conclude(steps);
        case 'restore':
          return restore(steps);
      }
    },
  };
}

/** Of an item, about, at the least: stores pay a millisecond or two for each part that they are read in. */
const LEAST_RECORDS = 500;

/** Makes the target, chooses the parts, and only then defers indexing. */
async function prepare({ ledger, context, item }: Steps): Promise<ItemResult> {
  const { plan, fleet } = context.header;
  const { ends, sides } = await sidesOf(context, item);
  const log = await stepLog(ledger, item);
  const { signal } = item;
  const opened = await openTarget({ plan, target: ends.target, log, signal });
  const load: BulkLoad = { target: opened.collection, inUse: holdsOthers(plan), log, signal };
  const token = await keepIndexSettings(load);
  const most = Math.min(fleet.parts, Math.max(1, Math.ceil(plan.totalVectors / LEAST_RECORDS)));
  const each = Math.ceil(most / Math.max(1, plan.namespaces?.length ?? 1));
  const parts = await scanParts(sides.source, each, { ...plan, signal });
  const before = await countBefore(sides);
  await beginLoad(load, token);
  const now = await ledger.now();
  return {
    next: bundleParts(parts, most),
    facts: { begun: { now, warnings: [...opened.warnings], before } },
  };
}

async function copy({ context, item }: Steps): Promise<ItemResult> {
  const { plan, settings } = context.header;
  const { ends, sides } = await sidesOf(context, item);
  const target = await openEnd(ends.target, plan.target, { signal: item.signal });
  const { parts, position } = item.claimed;
  const watches = watchesIds(plan.totalVectors);
  // Of this claim alone: what an earlier one wrote and did not remember comes again, and is no second record.
  const repeated = new RepeatedIds();
  for (let at = position.part; at < parts.length; at += 1) {
    const part = parts[at];
    if (part === undefined) break;
    const from = at === position.part ? position.cursor : undefined;
    const shared = { ...intoTarget(ends, sides, target), ...context, retry: ends.retry, batchSize: settings.batchSize };
    await copyPart(
      part,
      from,
      {
        ...shared,
        repeated,
        onPage: async ({ cursor, bytes, sums, rejected, held }) => {
          const hashes = watches ? packHashes(held()) : undefined;
          const reached = cursor === null ? { part: at + 1 } : { part: at, cursor };
          await item.append({ position: reached, sums, bytes, rejected, hashes });
          context.tracker.advance({ records: sums.read, bytes, errors: sums.rejected });
        },
      },
      item.signal,
    );
  }
  return {};
}

async function finish(steps: Steps): Promise<ItemResult> {
  const { ledger, context, item } = steps;
  const { ends, sides } = await sidesOf(context, item);
  const target = await openEnd(ends.target, context.header.plan.target, { signal: item.signal });
  const doubled = await nameDoubled({ ...steps, ends, sides: { ...sides, target } });
  await target.flush?.({ signal: item.signal });
  const indexSeconds = await restoreIndexes(steps, target);
  const now = await ledger.now();
  const facts = { finished: { now, indexSeconds, before: await countBefore(sides) } };
  return { facts, result: { doubled } satisfies Finished };
}

/** After a run was cancelled: what was copied stays, and the target gets its indexes back. */
async function restore(steps: Steps): Promise<ItemResult> {
  const { ledger, context, item } = steps;
  const { runId } = item.claimed.ref;
  await ledger.forgetHashes(runId);
  const facts = await ledger.facts(runId);
  if (!facts.has('bulk-load')) return {};
  const target = await openEnd(endsOf(context, item).target, context.header.plan.target, { signal: item.signal });
  await restoreIndexes(steps, target);
  return {};
}

async function restoreIndexes({ ledger, item }: Steps, target: NonNullable<BulkLoad['target']>): Promise<number> {
  const log = await stepLog(ledger, item);
  const kept = log.entries.find((entry) => entry.type === 'bulk-load');
  return endLoad({ target, inUse: false, log, signal: item.signal }, kept?.token);
}
