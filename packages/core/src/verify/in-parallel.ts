/** Waits for all of them; where one fails, the signal that they are given makes the others end before their next page. */
export async function inParallel<Results extends readonly unknown[]>(
  signal: AbortSignal | undefined,
  works: { readonly [At in keyof Results]: (signal: AbortSignal) => Promise<Results[At]> },
): Promise<Results> {
  const stop = new AbortController();
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const running = works.map(async (work) => {
    try {
      return await work(combined);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  if (stop.signal.aborted) throw stop.signal.reason;
  return Promise.all(running) as Promise<unknown> as Promise<Results>;
}
