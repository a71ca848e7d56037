import type { CollectionV1, JsonValue } from '../spec/v1.ts';
import type { RunLog } from '../runs/log.ts';

interface BulkLoad {
  readonly target: CollectionV1 | undefined;
  /** Whether the target holds records beside those to come: then it may be searched meanwhile. */
  readonly inUse: boolean;
  /** Where the run is remembered; what an earlier process changed is restored by this one. */
  readonly log: RunLog | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Defers indexing in the target while `work` writes much, and restores it, whatever happens.
 * @returns seconds spent on restoring the indexes
 */
export async function withBulkLoad(load: BulkLoad, work: () => Promise<void>): Promise<number> {
  const { target, log, signal } = load;
  const ended = log?.entries.some((entry) => entry.type === 'bulk-load-ended') ?? false;
  const token = await prepare(load);
  let indexSeconds = 0;
  try {
    if (token !== undefined && !ended) await target?.beginBulkLoad?.(token, { signal });
    await work();
    await target?.flush?.({ signal });
  } finally {
    // Also after a failure: the target must not be left without its index settings. Building an index may take hours, though, so
    // whoever interrupts a run that is remembered gets them back by resuming it.
    const later = signal?.aborted === true && log !== undefined;
    if (token !== undefined && target?.endBulkLoad !== undefined && !later) {
      const started = performance.now();
      // Only a run that is remembered may be interrupted here: nobody else would restore the settings.
      await target.endBulkLoad(token, log === undefined ? {} : { signal });
      indexSeconds = (performance.now() - started) / 1000;
      await log?.append({ type: 'bulk-load-ended' });
    }
  }
  return indexSeconds;
}

async function prepare({ target, inUse, log, signal }: BulkLoad): Promise<JsonValue | undefined> {
  const earlier = log?.entries.find((entry) => entry.type === 'bulk-load');
  if (earlier !== undefined) return earlier.token;
  // Searches need the indexes.
  if (target?.prepareBulkLoad === undefined || inUse) return undefined;
  const token = await target.prepareBulkLoad({ signal });
  // Remembered before anything is changed: from here on, any process can restore the settings.
  await log?.append({ type: 'bulk-load', token });
  return token;
}
