import {
  MigrationError,
  MigrationInterruptedError,
  type MigrateOptions,
  type MigrationResult,
  type RunControl,
  type VectorStoreMigratorOptions,
} from '@vsm/core';
import type { StoreResolver, WorkQueue } from '@vsm/distributed';
import type { CommandContext } from '../run.ts';
import type { Fleet } from './open.ts';
import { startProcess } from './processes.ts';

interface FleetContext extends Pick<CommandContext, 'signal' | 'onProgress' | 'note' | 'failures' | 'observer'> {
  readonly control?: RunControl | undefined;
}

export interface FleetRun {
  readonly fleet: Fleet;
  readonly resolve: StoreResolver;
  readonly context: FleetContext;
}

/** Writes a run down for the workers. */
export async function startFleetRun(
  { fleet, context }: Pick<FleetRun, 'fleet' | 'context'>,
  options: Omit<VectorStoreMigratorOptions, 'checkpoints' | 'onProgress' | 'observer'> & MigrateOptions,
  shared: { readonly parts?: number | undefined; readonly versions: Readonly<Record<string, string>> },
): Promise<string> {
  const { module, ledger } = fleet;
  const queue = fleet.queue ?? NO_QUEUE;
  const { runId, takenUp } = await module.startRun({ ...options, ...shared, ledger, queue });
  const { processes } = fleet;
  const begun =
    processes === undefined
      ? `Run ${runId} can be worked on.`
      : `Run ${runId} is shared by ${processes.count} processes. Should it end early, vsm resume ${runId} goes on with it.`;
  context.note(takenUp ? `Run ${runId} was not finished: it goes on.` : begun);
  return runId;
}

const NO_QUEUE: Pick<WorkQueue, 'add'> & WorkQueue = {
  add: async () => undefined,
  claim: async () => undefined,
  renew: async () => undefined,
  complete: async () => undefined,
  fail: async () => undefined,
  depth: async () => ({ waiting: 0, active: 0 }),
  close: async () => undefined,
};

/** Works on a run, with whoever else does, until it is over. */
export async function finishFleetRun({ fleet, resolve, context }: FleetRun, runId: string): Promise<MigrationResult> {
  const { module, ledger, processes } = fleet;
  const { signal } = context;
  const queue = fleet.queue ?? (await oneProcess());
  const end = new AbortController();
  const watching = (async (): Promise<void> => {
    const { observer, control } = context;
    const steer = control === undefined ? undefined : steering(fleet, queue, runId, control);
    for await (const progress of module.watch(ledger, runId, { signal: end.signal, observer })) {
      context.onProgress(progress);
      await steer?.(progress.paused);
    }
  })();
  watching.catch(() => undefined);
  try {
    if (processes === undefined) await workHere({ fleet, resolve, context }, queue, runId);
    else {
      await module.workInProcesses({
        ledger,
        queue,
        runId,
        processes: processes.count,
        start: () => startProcess(processes, runId, context.note),
        signal,
        onLost: (how) => context.note(`A process of run ${runId} ended by ${how}; another one takes its place.`),
      });
    }
  } finally {
    end.abort();
    if (fleet.queue === undefined) await queue.close();
  }
  return resultOf(fleet, runId, signal);
}

/** What somebody asked for on the live page is for all workers; a pause of somebody else's it leaves alone. */
function steering({ ledger }: Fleet, queue: WorkQueue, runId: string, control: RunControl) {
  let held = false;
  return async (paused: boolean): Promise<void> => {
    if (control.paused && !paused) await ledger.pause(runId);
    if (!control.paused && held) await queue.add(await ledger.resume(runId));
    held = control.paused;
  };
}

const SLOTS = 4;

async function workHere({ fleet, resolve, context }: FleetRun, queue: WorkQueue, runId: string): Promise<void> {
  const { module, ledger } = fleet;
  const say = (error: unknown): void => context.note(context.failures.message(error));
  await queue.add(await ledger.resume(runId));
  const given = { ledger, stores: resolve, slots: SLOTS };
  const engine = module.createEngine({ ...given, onRefused: (_runId, error) => say(error) });
  await module.work({
    ledger,
    queue,
    engine,
    slots: SLOTS,
    signal: context.signal,
    until: runId,
    onProblem: ({ error }) => say(error),
  });
}

async function oneProcess(): Promise<WorkQueue> {
  const { memoryQueue } = await import('@vsm/distributed/memory');
  return memoryQueue();
}

/** What the run came to. @throws MigrationError where it came to nothing */
async function resultOf({ module, ledger }: Fleet, runId: string, signal: AbortSignal): Promise<MigrationResult> {
  const { state } = await ledger.run(runId);
  if (state === 'done' || state === 'differences') {
    for await (const result of ledger.results(runId, 'conclude')) return result as MigrationResult;
  }
  if (state === 'failed') {
    const { problems } = await module.fleetProgress(ledger, runId);
    throw new MigrationError(
      `Run ${runId} failed: ${problems.join('; ')}. What was copied is remembered; once the cause is gone, resume it.`,
    );
  }
  throw new MigrationInterruptedError(
    runId,
    true,
    signal.aborted
      ? `This process works on run ${runId} no more; other workers do. Records that were written stay in the target.`
      : `Run ${runId} was cancelled. Records that were written stay in the target, whose index settings were restored.`,
  );
}
