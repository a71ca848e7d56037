import type { MarkRates } from './model.ts';

/** What a look at the marks found, at a time of the journal. */
interface Look {
  readonly now: number;
  readonly marks: number;
  /** Since the process was started. */
  readonly drained: number;
}

/** Between two looks that are kept. */
const STEP_MS = 5000;
/** Over which rates are told. */
const TOLD_MS = 60_000;
/** For how long the drain has to fall behind before it is said to. */
const JUDGED_MS = 300_000;
/** Behind by less, the drain keeps up, however the numbers of two looks compare. */
export const LAG_MS = 10_000;

/** Looks at the marks of one process, as far back as rates need them. */
export class Rates {
  #looks: Look[] = [];

  /**
   * Takes a look, and compares it to those before; nothing is told before the second one. What came is what there is more of now, and what
   * was drained meanwhile.
   */
  look(look: Look, { refused, lagMs }: { readonly refused: number; readonly lagMs: number }): MarkRates | undefined {
    const last = this.#looks.at(-1);
    if (last === undefined || look.now - last.now >= STEP_MS) this.#looks.push(look);
    // The one before the span begins is its beginning.
    while ((this.#looks[1]?.now ?? look.now) <= look.now - JUDGED_MS) this.#looks.shift();
    const since = this.#looks.findLast(({ now }) => now <= look.now - TOLD_MS) ?? this.#looks[0];
    if (since === undefined || since.now >= look.now) return undefined;
    const perSecond = (count: number): number => Math.max(0, count) / ((look.now - since.now) / 1000);
    const out = perSecond(look.drained - since.drained);
    const came = perSecond(look.marks - since.marks + (look.drained - since.drained));
    const waiting = Math.max(0, look.marks - refused);
    const first = this.#looks[0];
    return {
      inPerSecond: came,
      outPerSecond: out,
      ...(waiting === 0 && { drainedInMs: 0 }),
      ...(waiting > 0 && out > came && { drainedInMs: (waiting / (out - came)) * 1000 }),
      fallsBehind:
        first !== undefined && look.now - first.now >= JUDGED_MS && look.marks >= first.marks && lagMs > LAG_MS,
    };
  }

  /** What was seen of another phase says nothing of this one. */
  forget(): void {
    this.#looks = [];
  }
}
