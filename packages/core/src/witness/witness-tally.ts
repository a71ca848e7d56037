import type { ScanPage, ValueFigure, ValuesWitness } from '../spec/v1.ts';

/** What the pages of a reading carried of figures, added up, as JSON. */
export interface KeptWitnesses {
  readonly without: number;
  readonly by?: string | undefined;
  readonly figures: readonly ValueFigure[];
  readonly unwitnessed: readonly string[];
}

/** More than any collection has that is asked for by its keys; of more, none are kept. */
const MOST_FIGURES = 20_000;

/** Adds up the figures that pages carry beside their records. Where one page carries none, there is no witness of all of them. */
export class WitnessTally {
  #without = 0;
  #by: string | undefined;
  readonly #figures = new Map<string, ValueFigure>();
  readonly #unwitnessed = new Set<string>();

  add({ records, witness }: Pick<ScanPage, 'records' | 'witness'>): void {
    if (witness !== undefined) this.#take(witness);
    else if (records.length > 0) this.#without += 1;
  }

  merge(kept: KeptWitnesses): void {
    this.#without += kept.without;
    if (kept.by !== undefined) this.#take({ ...kept, by: kept.by });
  }

  /** `undefined` where not all pages had one. */
  get witness(): ValuesWitness | undefined {
    if (this.#by === undefined || this.#without > 0) return undefined;
    return { by: this.#by, figures: [...this.#figures.values()], unwitnessed: [...this.#unwitnessed] };
  }

  toJSON(): KeptWitnesses {
    return {
      without: this.#without,
      by: this.#by,
      figures: [...this.#figures.values()],
      unwitnessed: [...this.#unwitnessed],
    };
  }

  #take({ by, figures, unwitnessed }: ValuesWitness): void {
    this.#by = by;
    for (const figure of figures) {
      const key = `${figure.part} ${figure.measure} ${figure.name}`;
      const before = this.#figures.get(key);
      if (before === undefined && this.#figures.size >= MOST_FIGURES) this.#without += 1;
      else this.#figures.set(key, before === undefined ? figure : { ...figure, value: together(before, figure) });
    }
    for (const one of unwitnessed) this.#unwitnessed.add(one);
  }
}

function together({ value }: ValueFigure, { measure, value: more }: ValueFigure): number {
  switch (measure) {
    case 'least':
      return Math.min(value, more);
    case 'most':
      return Math.max(value, more);
    case 'first':
    case 'last':
      return (value + more) >>> 0;
    default:
      return value + more;
  }
}
