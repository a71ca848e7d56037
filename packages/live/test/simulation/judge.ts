import type { PhaseRow, Side } from '@vsm/live';
import { keyOf, MARKS, PHASE } from '../../src/journal-rows.ts';
import { readsFrom } from '../../src/model.ts';
import type { Landing } from './stores.ts';

const OTHER: Readonly<Record<Side, Side>> = { source: 'target', target: 'source' };

/** Sees every change of either store and of the journal at its moment, and says what may never be. */
export class Judge {
  readonly contents: Readonly<Record<Side, Map<string, number>>> = { source: new Map(), target: new Map() };
  readonly #truth = new Map<string, number>();
  readonly #marks = new Set<string>();
  readonly problems: string[] = [];
  readonly phases: string[] = [];
  phase: PhaseRow | undefined;
  /** Whether what has no mark has to be equal: after a copy and, where writes went unmarked before, a verification. */
  #strict = false;
  #offs = 0;
  readonly t: () => number;
  /** Written by processes that may have lost the journal: what they have not told differs without a mark, until the move switches. */
  readonly #untold = new Set<string>();
  /** Whether only the end counts. */
  readonly #late: boolean;

  constructor(now: () => number, late: boolean) {
    this.t = now;
    this.#late = late;
  }

  get marks(): number {
    return this.#marks.size;
  }

  /** What was there from the start. */
  seed(key: string, value: number): void {
    this.contents.source.set(key, value);
    this.#truth.set(key, value);
  }

  landed({ side, key, value, byApplication, records }: Landing): void {
    if (records && byApplication) this.#untold.add(key);
    set(this.contents[side], key, value);
    const serving = this.#serving();
    if (byApplication) {
      if (side !== serving && this.#late) return;
      if (side !== serving) this.#say(`${key}: a write landed in the ${side}, which does not serve`);
      else set(this.#truth, key, value);
    } else if (side === serving && !this.#late) this.#say(`${key}: copy or drain wrote to the ${side}, which serves`);
    this.#check(key);
  }

  put(row: string, text: string | undefined): void {
    if (row === PHASE && text !== undefined) {
      const before = this.#serving();
      this.phase = JSON.parse(text) as PhaseRow;
      const { phase } = this.phase;
      this.phases.push(phase);
      if (phase === 'off') this.#offs += 1;
      // No switch, there or back, goes by what was not told.
      if (this.#serving() !== before) this.#untold.clear();
      if (phase === 'off' || phase === 'journal' || phase === 'backfill') this.#strict = false;
      else if (phase !== 'drain' || this.#offs <= 1) this.#strict = true;
      for (const key of this.#keys()) this.#check(key);
      this.#serves();
    }
    if (!row.startsWith(MARKS)) return;
    const key = keyOf(row);
    if (text !== undefined) this.#marks.add(key);
    else {
      this.#marks.delete(key);
      this.#check(key);
    }
  }

  /** After everything has come to rest. */
  end(): void {
    this.#serves(true);
    const serving = this.#serving();
    for (const key of this.#keys()) {
      const held = this.contents[serving].get(key);
      const other = this.contents[OTHER[serving]].get(key);
      if (this.#strict && held !== other) this.#say(`${key}: the stores hold ${held} and ${other} in the end`);
    }
  }

  /** The store that serves holds the last write of every record. */
  #serves(ended = false): void {
    if (this.#late && !ended) return;
    const serving = this.#serving();
    for (const key of this.#keys()) {
      const [held, last] = [this.contents[serving].get(key), this.#truth.get(key)];
      if (held !== last) this.#say(`${key}: the ${serving} serves ${held}, and last was ${last}`);
    }
  }

  #serving(): Side {
    return this.phase === undefined ? 'source' : readsFrom(this.phase);
  }

  #keys(): ReadonlySet<string> {
    return new Set([...this.contents.source.keys(), ...this.contents.target.keys(), ...this.#truth.keys()]);
  }

  #check(key: string): void {
    if (!this.#strict || this.#late || this.#marks.has(key) || this.#untold.has(key)) return;
    const [a, b] = [this.contents.source.get(key), this.contents.target.get(key)];
    if (a !== b) this.#say(`${key}: it has no mark, and the stores hold ${a} and ${b}`);
  }

  #say(problem: string): void {
    this.problems.push(`${problem} (${this.phase?.phase}, ${Math.round(this.t())} ms)`);
  }
}

function set(map: Map<string, number>, key: string, value: number | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
