/** One try of a call to a store, without the pauses between tries. */
export interface TimedCall {
  readonly milliseconds: number;
  /** That came or went; 0 where the call failed. */
  readonly records: number;
  readonly error?: unknown;
}

/** Makes the call, and tells how long it took, however it ended. */
export async function timed<Result>(
  call: () => Promise<Result>,
  records: (result: Result) => number,
  tell: ((call: TimedCall) => void) | undefined,
): Promise<Result> {
  const started = performance.now();
  try {
    const result = await call();
    tell?.({ milliseconds: performance.now() - started, records: records(result) });
    return result;
  } catch (error) {
    tell?.({ milliseconds: performance.now() - started, records: 0, error });
    throw error;
  }
}
