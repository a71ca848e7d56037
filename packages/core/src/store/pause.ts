import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '../errors.ts';

/** Waits so many milliseconds for a store to come to something. @throws VsmError with code `ABORTED` where the signal ends it */
export async function pause(ms: number, adapter: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (cause) {
    throw new VsmError('ABORTED', `${adapter}: aborted while waiting`, { adapter, cause });
  }
}
