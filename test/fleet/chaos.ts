/** Something that is done to the fleet. @returns whether it could be done; else it is tried again */
export type Act = () => boolean;

/**
 * What is to happen, spread over the progress of a run rather than over time: a fast machine is not done before it has happened, and a slow
 * one gets on in between.
 */
export class Chaos {
  readonly #random: () => number;
  readonly #acts: Act[];
  readonly #due: number[];

  /** @param early before half of the others, so that the run is still there when they are over */
  constructor(
    { early, acts }: { readonly early: readonly Act[]; readonly acts: readonly Act[] },
    random: () => number,
  ) {
    this.#random = random;
    this.#acts = [...acts];
    for (const act of early) this.#acts.splice(Math.floor((random() * this.#acts.length) / 2), 0, act);
    const share = 1 / this.#acts.length;
    this.#due = this.#acts.map((_, at) => (at + this.#random()) * share * LAST);
  }

  /** Does the next thing, where it is its turn. @param progress 0 to 1 */
  advance(progress: number): void {
    const [due = Number.POSITIVE_INFINITY] = this.#due;
    if (progress < due || this.#acts[0]?.() !== true) return;
    this.#acts.shift();
    this.#due.shift();
  }
}

/** The last thing happens before the last item is done. */
const LAST = 0.97;
