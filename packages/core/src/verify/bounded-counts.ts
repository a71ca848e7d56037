/** Counts by name, of which only so many are kept: which ones does not depend on the order in which they came, or on how they were split. */
const OTHERS = '(all others)';

export class BoundedCounts {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #others = 0;
  /** Names from this one on are among the others, also those that were counted before. */
  #end: string | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(name: string, by = 1): void {
    const known = this.#counts.get(name);
    if (known !== undefined) this.#counts.set(name, known + by);
    else if (name === OTHERS || (this.#end !== undefined && name >= this.#end)) this.#others += by;
    else {
      this.#counts.set(name, by);
      // Not each time: sorting all of them for one name would take as long as all names squared.
      if (this.#counts.size > 2 * this.#most) this.#cut();
    }
  }

  addAll(others: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(others)) this.add(name, count);
  }

  toJSON(): Record<string, number> {
    if (this.#counts.size > this.#most) this.#cut();
    const rest = this.#others === 0 ? [] : [[OTHERS, this.#others] as const];
    return Object.fromEntries([...this.#counts, ...rest]);
  }

  /** The first names stay. Whoever cuts at any time has counted each of these from its first record on. */
  #cut(): void {
    const names = [...this.#counts.keys()].toSorted();
    this.#end = names[this.#most];
    for (const name of names.slice(this.#most)) {
      this.#others += this.#counts.get(name) ?? 0;
      this.#counts.delete(name);
    }
  }
}
