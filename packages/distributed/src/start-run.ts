import type { MigrateOptions, VectorStoreMigratorOptions } from '@vsm/core';
import { ValidationError } from '@vsm/core';
import { newRunId, openSession, planHeader, refuseOther, samePurpose, type RateCaps } from '@vsm/core/engine';
import type { Ledger } from './ledger.ts';
import type { FleetHeader } from './model.ts';
import type { WorkQueue } from './queue.ts';
import { isOver, refsOf } from './waves.ts';

export interface StartOptions
  extends
    Omit<VectorStoreMigratorOptions, 'checkpoints' | 'onProgress' | 'observer'>,
    Omit<MigrateOptions, 'dryRun' | 'deleteExtra' | 'control' | 'concurrency' | 'maxBytesInFlight'> {
  readonly ledger: Ledger;
  readonly queue: WorkQueue;
  /** Items that the copy is split into, at the most. @default 256 */
  readonly parts?: number | undefined;
  /** Workers with other ones leave the run alone. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
}

export interface StartedRun {
  readonly runId: string;
  /** Whether a run that was asked for alike, and is not over, was taken up in place of a new one. */
  readonly takenUp: boolean;
}

const PARTS = 256;

/** Plans a run and writes it down for workers to take; copies nothing itself. */
export async function startRun(options: StartOptions): Promise<StartedRun> {
  const { ledger, queue, versions = {}, parts = PARTS, verify = 'values', validate = true } = options;
  if (!Number.isInteger(parts) || parts < 1) {
    throw new ValidationError(`parts must be a whole number of at least 1, but is ${parts}.`);
  }
  if (options.sourceRead === 'once') {
    throw new ValidationError(
      'A shared run reads its source twice, since no worker knows all of what the others read. Leave sourceRead (--source-read) out, or run it alone.',
    );
  }
  const startedAt = new Date();
  const runId = newRunId(startedAt);
  const planned = await planHeader(openSession({ ...options, checkpoints: false }), options, { runId, startedAt });
  const { maxRecordsPerSecond, maxBytesPerSecond } = options;
  const caps: RateCaps = { maxRecordsPerSecond, maxBytesPerSecond };
  const header: FleetHeader = {
    ...planned,
    fleet: {
      parts,
      verify: validate ? verify : 'none',
      verifySample: options.verifySample,
      witness: options.witness,
      caps,
      versions,
    },
  };
  for (const earlier of await ledger.openRuns()) {
    const other = await ledger.header(earlier);
    const { source, target } = other.plan;
    const sameEnds = JSON.stringify([source, target]) === JSON.stringify([planned.plan.source, planned.plan.target]);
    if (!sameEnds) continue;
    if (options.earlierRun === 'restart') await ledger.cancel(earlier);
    else if (!samePurpose(other, header)) refuseOther({ header: other });
    else {
      await queue.add(await ledger.resume(earlier));
      return { runId: earlier, takenUp: true };
    }
  }
  await ledger.createRun(header);
  const run = await ledger.run(runId);
  if (!isOver(run)) await queue.add(refsOf(runId, run));
  return { runId, takenUp: false };
}
