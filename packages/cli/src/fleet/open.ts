import { VsmError } from '@vsm/core';
import { maskLocation } from '@vsm/report/redact';
import type * as Distributed from '@vsm/distributed';
import { loadBeside } from '../load-module.ts';
import type { CommandContext } from '../run.ts';
import { runDirectory } from '../selection.ts';

export type Ledger = Distributed.Ledger;

export interface FleetFlags {
  readonly queue?: string | undefined;
  readonly runDir?: string | undefined;
  readonly config?: string | undefined;
}

export interface Fleet {
  readonly module: typeof Distributed;
  readonly ledger: Ledger;
  /** Absent where one process does all of the work. */
  readonly queue: Distributed.WorkQueue | undefined;
  close(): Promise<void>;
}

const LEDGER = /^(?:postgres(?:ql)?|rediss?):\/\//;

/** Whether runs are remembered in a ledger, which several machines share, rather than in a folder. */
export function inLedger(flags: FleetFlags, configured?: string): boolean {
  return queueOf(flags) !== undefined || LEDGER.test(runDirectory(flags.runDir, configured));
}

export function queueOf({ queue }: FleetFlags): string | undefined {
  return queue ?? process.env['VSM_QUEUE'];
}

/** The ledger, and the queue where there is one. Without a place for the ledger, the queue's own server has it. */
export async function openFleet(
  flags: FleetFlags,
  context: Pick<CommandContext, 'config' | 'secrets'>,
): Promise<Fleet> {
  const module = await loadBeside<typeof Distributed>('@vsm/distributed');
  if (module === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'A shared run needs a package that is not installed. Install it: npm install @vsm/distributed, with bullmq and ioredis for redis://, or pg for postgresql://',
    );
  }
  const queueUrl = queueOf(flags);
  const configured = (await context.config(flags.config, []))?.runDir;
  const place = runDirectory(flags.runDir, configured);
  const ledgerUrl = module.isLedgerUrl(place) ? place : queueUrl;
  if (ledgerUrl === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'Say where the run is remembered: --run-dir postgresql://… or redis://…, or --queue with such a place (VSM_RUN_DIR, VSM_QUEUE).',
    );
  }
  if (queueUrl !== undefined && flags.runDir !== undefined && !module.isLedgerUrl(flags.runDir)) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `A run that several machines share cannot be remembered in the folder ${maskLocation(flags.runDir)}: give --run-dir postgresql://… or redis://…, or leave it out.`,
    );
  }
  for (const url of [queueUrl, ledgerUrl]) if (url !== undefined) context.secrets.learnLocation(url);
  const ledger = await module.openLedger(ledgerUrl);
  const queue = queueUrl === undefined ? undefined : await module.openQueue(queueUrl);
  return {
    module,
    ledger,
    queue,
    async close() {
      await Promise.allSettled([ledger.close(), queue?.close()]);
    },
  };
}

/** Does something with a fleet, and closes it. */
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
