import { nextTick } from 'node:process';

const HAPPENINGS_A_TURN = 5000;

/** Seeded numbers in [0, 1): mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly process: Process | undefined;
  readonly happen: () => void;
  /** It has happened otherwise. */
  off?: boolean;
}

/** A process that may die, in which case nothing of it happens any more, or stand still, in which case it happens later. */
export class Process {
  dead = false;
  stoppedUntil = 0;
  ledgerCutUntil = 0;
  queueCutUntil = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Time that passes only from one happening to the next, in an order that the seed decides. */
export class Scheduler {
  now = 0;
  readonly random: () => number;
  #happenings: Happening[] = [];
  #happened = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  at(ms: number, happen: () => void, process?: Process): Happening {
    const happening: Happening = { at: this.now + Math.max(0, ms), order: this.random(), process, happen };
    let place = this.#happenings.push(happening) - 1;
    // A heap, with the first of them at its top.
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (before(this.#happenings[above], happening)) break;
      this.#swap(place, above);
      place = above;
    }
    return happening;
  }

  /** Goes on in the process after so long; never, where it has died. */
  sleep(ms: number, process?: Process, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal === undefined) {
      this.at(ms, resolve, process);
      return promise;
    }
    const early = (): void => {
      waking.off = true;
      this.at(0, resolve, process);
    };
    const wake = (): void => {
      signal.removeEventListener('abort', early);
      resolve();
    };
    const waking = this.at(signal.aborted ? 0 : ms, wake, process);
    signal.addEventListener('abort', early, { once: true });
    return promise;
  }

  /** Lets things happen until `over`, or until `limit` of its time has passed. */
  async run(over: () => boolean, limit: number): Promise<void> {
    while (!over() && this.now < limit) {
      const next = this.#take();
      if (next === undefined) return;
      this.now = Math.max(this.now, next.at);
      const { process } = next;
      if (next.off === true || process?.dead === true) continue;
      if (process !== undefined && process.stoppedUntil > this.now) {
        this.at(process.stoppedUntil - this.now + this.random(), next.happen, process);
        continue;
      }
      next.happen();
      await this.#settled();
    }
  }

  /** Whatever follows without waiting is done before anything else happens: ticks come after it, and cost far less than a turn of the loop. */
  #settled(): Promise<void> {
    this.#happened += 1;
    // Whoever runs this has a loop to go on with.
    const later = this.#happened % HAPPENINGS_A_TURN === 0 ? setImmediate : nextTick;
    return new Promise((resolve) => {
      later(resolve);
    });
  }

  #take(): Happening | undefined {
    const [first] = this.#happenings;
    const last = this.#happenings.pop();
    if (first === undefined || last === undefined || this.#happenings.length === 0) return first;
    this.#happenings[0] = last;
    for (let place = 0; ;) {
      let least = place;
      for (const below of [2 * place + 1, 2 * place + 2]) {
        if (before(this.#happenings[below], this.#happenings[least])) least = below;
      }
      if (least === place) return first;
      this.#swap(place, least);
      place = least;
    }
  }

  #swap(one: number, other: number): void {
    const [left, right] = [this.#happenings[one], this.#happenings[other]];
    if (left === undefined || right === undefined) return;
    this.#happenings[one] = right;
    this.#happenings[other] = left;
  }
}

function before(one: Happening | undefined, other: Happening | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
