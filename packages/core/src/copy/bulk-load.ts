import { endingWith } from '../errors.ts';
import type { CollectionV1, JsonValue } from '../spec/v1.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunLog } from '../runs/log.ts';

export interface BulkLoad {
  readonly target: CollectionV1 | undefined;
  /** Whether the target holds records beside those to come: then it may be searched meanwhile. */
  readonly inUse: boolean;
  /** Where the run is remembered; what an earlier process changed is restored by this one. */
  readonly log: Pick<RunLog, 'entries' | 'append'> | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Whether the target holds records beside those of the run: then its indexes are needed meanwhile. */
export function holdsOthers({ targetCount, target }: MigrationPlan): boolean {
  return targetCount > 0 || target.scope !== undefined;
}

/**
 * Defers indexing in the target while `work` writes much, and restores it, whatever happens.
 * @returns seconds spent on restoring the indexes
 */
export async function withBulkLoad(load: BulkLoad, work: () => Promise<void>): Promise<number> {
  const { target, log, signal } = load;
  const token = await keepIndexSettings(load);
  let indexSeconds = 0;
  const copied = async (): Promise<void> => {
    await beginLoad(load, token);
    await work();
    await target?.flush?.({ signal });
  };
  await endingWith(copied, async () => {
    // Also after a failure: the target must not be left without its index settings. Building an index may take hours, though, so
    // whoever interrupts a run that is remembered gets them back by resuming it.
    const later = signal?.aborted === true && log !== undefined;
    if (!later) indexSeconds = await endLoad(load, token);
  });
  return indexSeconds;
}

/** Defers indexing, unless an earlier process has restored it already. */
export async function beginLoad({ target, log, signal }: BulkLoad, token: JsonValue | undefined): Promise<void> {
  const ended = log?.entries.some((entry) => entry.type === 'bulk-load-ended') ?? false;
  if (token !== undefined && !ended) await target?.beginBulkLoad?.(token, { signal });
}

/**
 * Restores the indexes; harmless where that was done before.
 * @returns seconds that it took
 */
export async function endLoad({ target, log, signal }: BulkLoad, token: JsonValue | undefined): Promise<number> {
  if (token === undefined || target?.endBulkLoad === undefined) return 0;
  const started = performance.now();
  // Only a run that is remembered may be interrupted here: nobody else would restore the settings.
  await target.endBulkLoad(token, log === undefined ? {} : { signal });
  await log?.append({ type: 'bulk-load-ended' });
  return (performance.now() - started) / 1000;
}

/** What restores the index settings, remembered before anything is changed; `undefined` where nothing is to be deferred. */
export async function keepIndexSettings({ target, inUse, log, signal }: BulkLoad): Promise<JsonValue | undefined> {
  const earlier = log?.entries.find((entry) => entry.type === 'bulk-load');
  if (earlier !== undefined) return earlier.token;
  // Searches need the indexes.
  if (target?.prepareBulkLoad === undefined || inUse) return undefined;
  const token = await target.prepareBulkLoad({ signal });
  // Remembered before anything is changed: from here on, any process can restore the settings.
  await log?.append({ type: 'bulk-load', token });
  return token;
}
