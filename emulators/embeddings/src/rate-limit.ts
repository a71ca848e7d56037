export interface Rates {
  readonly requestsPerWindow?: number | undefined;
  readonly tokensPerWindow?: number | undefined;
  /** Default: 60000. */
  readonly windowMs?: number | undefined;
}

/** Counts what was taken in a window of time, and says how long to wait for the next one. */
export class RateLimit {
  readonly #rates: Rates;
  #start = 0;
  #requests = 0;
  #tokens = 0;

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** Milliseconds to wait; nothing was taken unless they are 0. */
  take(tokens: number): number {
    const { requestsPerWindow, tokensPerWindow, windowMs = 60_000 } = this.#rates;
    const now = performance.now();
    if (now - this.#start >= windowMs) [this.#start, this.#requests, this.#tokens] = [now, 0, 0];
    const full =
      (requestsPerWindow !== undefined && this.#requests + 1 > requestsPerWindow) ||
      (tokensPerWindow !== undefined && this.#tokens + tokens > tokensPerWindow && this.#tokens > 0);
    if (full) return Math.ceil(this.#start + windowMs - now);
    this.#requests += 1;
    this.#tokens += tokens;
    return 0;
  }

  /** As OpenAI sends them: of a minute. */
  headers(): Record<string, string> {
    const { requestsPerWindow, tokensPerWindow, windowMs = 60_000 } = this.#rates;
    const perMinute = 60_000 / windowMs;
    return {
      ...(requestsPerWindow !== undefined && { 'x-ratelimit-limit-requests': String(requestsPerWindow * perMinute) }),
      ...(tokensPerWindow !== undefined && { 'x-ratelimit-limit-tokens': String(tokensPerWindow * perMinute) }),
    };
  }
}
