/** Holds a run between two pages, and lets it go on. To end one, abort its signal. */
export class RunControl {
  #resumed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  get paused(): boolean {
    return this.#resumed !== undefined;
  }

  /** Writes that are under way are let finish; then nothing more is read or written. */
  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  /** Resolves at once while the run is not paused, else once it is resumed or aborted. */
  async whileRunning(signal: AbortSignal | undefined): Promise<void> {
    if (this.#resumed === undefined || signal?.aborted === true) return;
    await Promise.race([this.#resumed.promise, aborted(signal)]);
    // It may have been paused again in the meantime.
    await this.whileRunning(signal);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal?.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
