import { ValidationError, type RunLog, type VerifyLevel } from '@vsm/core';
import { own } from '@vsm/core/adapter';
import {
  ByteBudget,
  checkEndpoints,
  checkFunctions,
  openSession,
  openSides,
  ProgressTracker,
  WritePace,
  type Ends,
} from '@vsm/core/engine';
import type { HeldItem } from './held.ts';
import type { Ledger } from './ledger.ts';
import type { FleetHeader } from './model.ts';
import { ledgerBook } from './pace.ts';
import { checkedStore, type FleetStores, type StoreResolver } from './stores.ts';

/** What the items of one run share in this process. */
export interface RunContext {
  readonly header: FleetHeader;
  readonly stores: FleetStores;
  readonly tracker: ProgressTracker;
  readonly budget: ByteBudget;
  readonly pace: WritePace;
  readonly maxBytesInFlight: number;
}

/** Of 4 slots with pages of 8 MiB. */
const BYTES_IN_FLIGHT = 64 * 1024 * 1024;

/** What this process may take of a run at once. */
interface Share {
  readonly slots: number;
  readonly maxBytesInFlight?: number | undefined;
}

/** @throws ValidationError where this process may not or cannot work on the run */
export async function openRun(
  ledger: Ledger,
  runId: string,
  resolve: StoreResolver,
  { slots, maxBytesInFlight = BYTES_IN_FLIGHT }: Share,
): Promise<RunContext> {
  const header = await ledger.header(runId);
  const stores = await resolve(header);
  const { plan, settings, fleet } = header;
  for (const [name, version] of Object.entries(fleet.versions)) {
    const mine = own(stores.versions ?? {}, name);
    if (mine === version) continue;
    throw new ValidationError(
      `Run ${runId} was started with ${name} ${version}, and this process has ${mine ?? 'none'}: it leaves the run to others.`,
    );
  }
  checkEndpoints(plan, stores.source, stores.target);
  checkFunctions(settings, stores);
  const tracker = new ProgressTracker(undefined, settings.batchSize);
  if (stores.observer !== undefined) {
    const end = ({ adapter, location, collection }: typeof plan.source) => ({ adapter, location, collection });
    const observed = { kind: 'resume', runId, dryRun: false, remembered: true } as const;
    tracker.begin(stores.observer, { ...observed, source: end(plan.source), target: end(plan.target) });
  }
  return {
    header,
    stores,
    tracker,
    budget: new ByteBudget(maxBytesInFlight, slots, plan.sample.bytesPerRecord),
    pace: new WritePace(slots, ledgerBook(ledger, plan.target.location, fleet.caps)),
    maxBytesInFlight: maxBytesInFlight / slots,
  };
}

/** What the work on one item has to do with. */
export interface Steps {
  readonly ledger: Ledger;
  readonly context: RunContext;
  readonly item: HeldItem;
}

/** Both stores for one item: what it writes is only sent while its claim is good. */
export function endsOf({ header, stores, tracker, maxBytesInFlight }: RunContext, item: HeldItem): Ends {
  const { plan, settings } = header;
  const session = openSession({
    source: stores.source,
    target: checkedStore(stores.target, () => item.check()),
    checkpoints: false,
  });
  return {
    source: session.source,
    target: session.target,
    retry: session.retry,
    plan,
    tracker,
    mode: settings.mode,
    batchSize: settings.batchSize,
    concurrency: 1,
    maxBytesInFlight,
    transform: stores.transform,
    embed: stores.embed,
    layout: stores.layout,
    signal: item.signal,
  };
}

/** Both sides, opened. */
export async function sidesOf(
  context: RunContext,
  item: HeldItem,
): Promise<{ readonly ends: Ends; readonly sides: Awaited<ReturnType<typeof openSides>> }> {
  const ends = endsOf(context, item);
  return { ends, sides: await openSides(ends) };
}

type Step = RunLog['entries'][number];

/** What is remembered of the steps of a run beside its pages, as a log of one process has it. */
export async function stepLog(ledger: Ledger, item: HeldItem): Promise<Pick<RunLog, 'entries' | 'append'>> {
  const facts = await ledger.facts(item.claimed.ref.runId);
  const names = ['creating-target', 'bulk-load', 'bulk-load-ended'];
  return {
    entries: names.flatMap((name) => (facts.has(name) ? [facts.get(name) as unknown as Step] : [])),
    append: (entry) => item.append({ facts: { [entry.type]: JSON.parse(JSON.stringify(entry)) } }),
  };
}

export function levelOf({ fleet }: FleetHeader): VerifyLevel | undefined {
  return fleet.verify === 'none' ? undefined : fleet.verify;
}
