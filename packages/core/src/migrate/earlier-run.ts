import { isDeepStrictEqual } from 'node:util';
import { ValidationError } from '../errors.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { CheckpointStore, RunHeader, RunLog } from '../runs/log.ts';

/** The log of a run between the same two collections that did not end, and whether this one would do the same. */
export interface EarlierRun {
  readonly log: RunLog;
  readonly same: boolean;
}

/**
 * A killed load may have left the target without its indexes, and only its own run knows them: whoever starts again must not pass
 * it by.
 * @throws VsmError `CONFLICT` while another process has that run
 */
export async function findEarlierRun(
  checkpoints: CheckpointStore | undefined,
  header: RunHeader,
): Promise<EarlierRun | undefined> {
  const { source, target } = header.plan;
  const runId = await checkpoints?.unfinished?.(source, target);
  if (checkpoints === undefined || runId === undefined) return undefined;
  const log = await checkpoints.open(runId);
  return { log, same: samePurpose(log.header, header) };
}

/** Whether the one run would finish what the other began. */
export function samePurpose(one: RunHeader, other: RunHeader): boolean {
  return isDeepStrictEqual(purposeOf(one), purposeOf(other));
}

/** @throws ValidationError saying how to go on with either of the two */
export function refuseOther({ header }: Pick<RunLog, 'header'>): never {
  const { source, target } = header.plan;
  throw new ValidationError(
    `Run ${header.runId} from "${source.collection}" to "${target.collection}" is not finished, and was asked for otherwise than this one. ` +
      "Finish it first (resume), or begin anew in its place (earlierRun: 'restart').",
  );
}

/**
 * Remembers a run that takes the place of an earlier one: what that one changed of the target's indexes is restored by this one.
 * Killed at any moment, one of the two knows of it.
 */
export async function createInPlaceOf(
  earlier: RunLog | undefined,
  header: RunHeader,
  checkpoints: CheckpointStore | undefined,
): Promise<RunLog | undefined> {
  const log = await checkpoints?.create(header);
  if (checkpoints === undefined || log === undefined || earlier === undefined) return log;
  try {
    const ended = earlier.entries.some((entry) => entry.type === 'bulk-load-ended');
    const deferred = earlier.entries.find((entry) => entry.type === 'bulk-load');
    if (deferred !== undefined && !ended) await log.append(deferred);
    await earlier.append({ type: 'superseded', by: header.runId });
  } finally {
    await log.close();
  }
  // Opened again, it has what it was given among its entries.
  return checkpoints.open(header.runId);
}

/** What two runs must have in common for the one to finish the other: not what they found, but what they were asked. */
function purposeOf({ plan, settings }: RunHeader): unknown {
  const { source, target, filter, namespaces, fieldMapping, reduction, layout, embedding, schema } =
    plan satisfies MigrationPlan;
  const { transform, embed, mode, deleteExtra, completeTarget = false } = settings;
  const vectors = Object.keys(schema.vectors).toSorted();
  const asked = { source, target, filter, namespaces, fieldMapping, reduction, layout, embedding, vectors };
  return JSON.parse(JSON.stringify({ ...asked, transform, embed, mode, deleteExtra, completeTarget }, printBig));
}

function printBig(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
