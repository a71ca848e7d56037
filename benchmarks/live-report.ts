/** What rounds of `npm run bench:live` say, and whether they say the same. */

/** Of one journal. */
export interface Round {
  /** Of what is done without a move: a write of one, of a hundred, and a read. */
  readonly plainMs: readonly number[];
  /** In the order of the table. */
  readonly figures: readonly number[];
}

/** Load of each core, of the last minute. */
interface Load {
  readonly before: number;
  readonly after: number;
}

/** What the ratio of a round may be away from their median. */
const STEADY = 0.2;
/** The benchmark itself is about one; a core that did more than half of something else before was not free. */
const QUIET = 0.5;

/** Ratios with two decimals, rates in whole numbers. */
export function printed(figure: number): string {
  return figure < 100 ? figure.toFixed(2) : Math.round(figure).toLocaleString('en');
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** A row of medians for each journal. */
export class LiveReport {
  readonly #columns: readonly string[];
  readonly #rows: string[] = [];
  readonly #plain: string[] = [];
  readonly #unsteady: string[] = [];

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  add(journal: string, rounds: readonly Round[]): void {
    const medians = this.#columns.map((_, at) => median(rounds.map(({ figures }) => figures[at] ?? Number.NaN)));
    this.#rows.push(`| ${[journal, ...medians.map(printed)].join(' | ')} |`);
    const plain = [0, 1, 2].map((at) => median(rounds.map(({ plainMs }) => plainMs[at] ?? Number.NaN)).toFixed(1));
    this.#plain.push(
      `${journal}: without a move a write of one took ${plain[0]} ms, of a hundred ${plain[1]} ms, a read ${plain[2]} ms`,
    );
    for (const [at, column] of this.#columns.entries()) {
      const found = rounds.map(({ figures }) => figures[at] ?? Number.NaN);
      const middle = medians[at] ?? Number.NaN;
      if (found.every((figure) => Math.abs(figure - middle) <= STEADY * middle)) continue;
      this.#unsteady.push(`${journal}, ${column}: ${found.map(printed).join(', ')}`);
    }
  }

  /** The table as docs/live.md has it, and the verdict. */
  text({ before, after }: Load): string {
    const loads = `load of each core ${before.toFixed(1)} before and ${after.toFixed(1)} after`;
    const verdict =
      before <= QUIET && this.#unsteady.length === 0
        ? `verdict: steady, all rounds within ${STEADY * 100} % of their medians (${loads})`
        : `verdict: not to be relied on (${loads}); run it where nothing else runs`;
    return [
      `| ${['Journal', ...this.#columns].join(' | ')} |`,
      `|${' --- |'.repeat(this.#columns.length + 1)}`,
      ...this.#rows,
      '',
      ...this.#plain,
      ...this.#unsteady.map((what) => `unsteady: ${what}`),
      verdict,
    ].join('\n');
  }
}
