import { VsmError } from '../errors.ts';

/**
 * Waits for `work` until `graceMs` after the signal. Only the wait ends: what is under way goes on, and nobody hears how it ends.
 * @throws VsmError with code `ABORTED`
 */
export async function finishWithin<Result>(
  graceMs: number,
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  what: string,
  adapter?: string,
): Promise<Result> {
  if (signal === undefined) return work;
  const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => giveUp(new VsmError('ABORTED', what, { adapter, cause: signal.reason }));
  const onAbort = (): void => {
    if (graceMs === 0) end();
    else timer = setTimeout(end, graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
