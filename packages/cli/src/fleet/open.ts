import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VsmError } from '@vsm/core';
import { maskLocation } from '@vsm/report/redact';
import type * as Distributed from '@vsm/distributed';
import { loadBeside } from '../load-module.ts';
import type { CommandContext } from '../run.ts';
import { ledgerOfFolder, type Processes } from './processes.ts';
import { isLedger, runDirectory } from '../selection.ts';

export interface FleetFlags {
  readonly queue?: string | undefined;
  readonly runDir?: string | undefined;
  readonly config?: string | undefined;
}

export interface Fleet {
  readonly module: typeof Distributed;
  readonly ledger: Distributed.Ledger;
  /** Absent where one process does all of the work. */
  readonly queue: Distributed.WorkQueue | undefined;
  /** Where processes of this machine share the work. */
  readonly processes?: Processes | undefined;
  close(): Promise<void>;
}

/** Whether runs are remembered in a ledger, which several machines share, rather than in a folder. */
export function inLedger(flags: FleetFlags, configured?: string): boolean {
  return placesOf(flags, configured).ledger !== undefined;
}

export function queueOf({ queue }: FleetFlags): string | undefined {
  return queue ?? process.env['VSM_QUEUE'];
}

/** Where queue and ledger are. Without a place for the ledger, the queue's own server has it. */
export function placesOf(
  flags: FleetFlags,
  configured?: string,
): { readonly queue: string | undefined; readonly ledger: string | undefined } {
  const queue = queueOf(flags);
  const place = runDirectory(flags.runDir, configured);
  return { queue, ledger: isLedger(place) ? place : queue };
}

/** Where runs are remembered that processes of this machine share: in the ledger that was asked for, else in the folder of runs. */
export function ledgerOfProcesses({ runDir }: FleetFlags, configured?: string): string {
  const place = runDirectory(runDir, configured);
  return isLedger(place) ? place : ledgerOfFolder(place);
}

/** @throws VsmError `INVALID_OPTIONS` where it is not installed */
export async function loadFleet(): Promise<typeof Distributed> {
  const module = await loadBeside<typeof Distributed>('@vsm/distributed');
  if (module !== undefined) return module;
  throw new VsmError(
    'INVALID_OPTIONS',
    'A shared run needs a package that is not installed. Install it: npm install @vsm/distributed, with bullmq and ioredis for redis://, or pg for postgresql://',
  );
}

/** Does something with a ledger, and the queue where there is one, and closes both. */
export async function withFleet<Result>(
  flags: FleetFlags,
  context: Pick<CommandContext, 'config' | 'secrets'>,
  use: (fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  const fleet = await openFleet(flags, context);
  try {
    return await use(fleet);
  } finally {
    await fleet.close();
  }
}

async function openFleet(flags: FleetFlags, context: Pick<CommandContext, 'config' | 'secrets'>): Promise<Fleet> {
  const configured = (await context.config(flags.config, []))?.runDir;
  const places = placesOf(flags, configured);
  if (places.ledger === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'Say where the run is remembered: --run-dir postgresql://… or redis://…, or --queue with such a place (VSM_RUN_DIR, VSM_QUEUE).',
    );
  }
  if (flags.runDir !== undefined && !isLedger(flags.runDir)) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `A run that several machines share cannot be remembered in the folder ${maskLocation(flags.runDir)}: give --run-dir postgresql://… or redis://…, or leave it out.`,
    );
  }
  for (const url of Object.values(places)) if (url !== undefined) context.secrets.learnLocation(url);
  const module = await loadFleet();
  const ledger = await module.openLedger(places.ledger);
  const queue = places.queue === undefined ? undefined : await module.openQueue(places.queue);
  return {
    module,
    ledger,
    queue,
    async close() {
      await Promise.allSettled([ledger.close(), queue?.close()]);
    },
  };
}

/** Opens a ledger that processes of this machine share with this one, which hands out the work, does something with it, and closes it. */
export async function withProcesses<Result>(
  processes: Processes,
  context: Pick<CommandContext, 'secrets'>,
  use: (fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  context.secrets.learnLocation(processes.ledger);
  const module = await loadFleet();
  const file = /^sqlite:(?<path>.+)$/.exec(processes.ledger)?.groups?.['path'];
  if (file !== undefined) await mkdir(dirname(file), { recursive: true });
  const ledger = await module.openLedger(processes.ledger);
  const { memoryQueue } = await import('@vsm/distributed/memory');
  const queue = memoryQueue();
  try {
    return await use({ module, ledger, queue, processes, close: async () => undefined });
  } finally {
    await Promise.allSettled([ledger.close(), queue.close()]);
  }
}
