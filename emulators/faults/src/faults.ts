/** `throttle`: 429. `error`: 500. `drop`: the socket closes before the request is looked at. `cut`: it is carried out, and the socket closes in the middle of the answer. */
export type Fault = 'throttle' | 'error' | 'drop' | 'cut';

/** An answer of one's own choice, in the shape that the vendor gives its errors. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** What goes wrong. Every field may be changed while the server runs. */
export interface Faults {
  /** Share of requests that fail, 0 to 1. */
  failureRate: number;
  /** What a failing request meets, chosen evenly. */
  failures: readonly Fault[];
  /** Seconds, or a date, in the header of a 429; `undefined` leaves it out. */
  retryAfterSeconds: number | string | undefined;
  /** Added before every answer. */
  latencyMs: number;
  /** How long a write takes to show. */
  writeLagMs: number;
  /** Lets the next requests that match, given as `PUT /path`, fail before any chance comes into it. */
  failNext(fault: Fault | Refusal, count?: number, matching?: RegExp): void;
}

export type InitialFaults = Partial<Omit<Faults, 'failNext'>> & { readonly seed?: number | undefined };

export interface FaultSource extends Faults {
  /** Decides about one request, given as `PUT /path`. */
  next(request: string): Fault | Refusal | undefined;
}

export function createFaults(initial: InitialFaults): FaultSource {
  const { seed = 1, ...given } = initial;
  const random = randomFrom(seed);
  const planned: { fault: Fault | Refusal; left: number; matching: RegExp }[] = [];
  return {
    failureRate: 0,
    failures: ['throttle', 'error', 'drop', 'cut'],
    retryAfterSeconds: 1,
    latencyMs: 0,
    writeLagMs: 0,
    ...given,
    failNext(fault, count = 1, matching = /^/) {
      planned.push({ fault, left: count, matching });
    },
    next(request) {
      const plan = planned.find(({ left, matching }) => left > 0 && matching.test(request));
      if (plan !== undefined) {
        plan.left -= 1;
        return plan.fault;
      }
      if (this.failureRate === 0 || random() >= this.failureRate) return undefined;
      return this.failures[Math.floor(random() * this.failures.length)];
    },
  };
}

/** Mulberry32: the same faults for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
