import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Clock } from '@vsm/distributed';
import type { Instance } from './instance.ts';
import { readsFrom, type ShadowFigures } from './model.ts';

/** How the application reads from either store. */
export interface ReadActions<Result> {
  readonly source: () => Promise<Result>;
  readonly target: () => Promise<Result>;
  /** The ids of an answer, best first: what answers of both stores are compared by. Without it none are. */
  readonly ids?: ((answer: Result) => readonly string[]) | undefined;
}

export interface ReaderOptions {
  readonly instance: Instance;
  readonly clock: Clock;
  /** Share of the reads that the other store is asked too, after the reply. */
  readonly share: number;
  /** How long a canary waits for the target, in milliseconds. */
  readonly patienceMs: number;
  readonly random: () => number;
}

/** Reads that are compared at once; what comes meanwhile is not. */
const MOST_COMPARED = 4;
/** A canary asks the target only while the drain is no further behind, in milliseconds. */
const MOST_LAG_MS = 2000;

/** Reads from the store that answers, and looks at what the other one would have said. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #times: Readonly<Record<'source' | 'target', RecordableHistogram>> = {
    source: createHistogram(),
    target: createHistogram(),
  };
  readonly #comparing = new Set<Promise<void>>();
  #samples = 0;
  #overlap = 0;
  #missingFirst = 0;
  #errors = 0;
  #fallbacks = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** `undefined` where no answers were compared, and no canary fell back. */
  figures(): ShadowFigures | undefined {
    const samples = this.#samples;
    if (samples === 0 && this.#fallbacks === 0) return undefined;
    const { source, target } = this.#times;
    const ms = (times: RecordableHistogram): readonly [number, number] => [
      Math.round(times.percentile(50) / 1000),
      Math.round(times.percentile(95) / 1000),
    ];
    return {
      samples,
      overlap: samples === this.#errors ? 0 : this.#overlap / (samples - this.#errors),
      missingFirst: this.#missingFirst,
      errors: this.#errors,
      fallbacks: this.#fallbacks,
      sourceMs: ms(source),
      targetMs: ms(target),
    };
  }

  async read<Result>(actions: ReadActions<Result>): Promise<Result> {
    const { instance, clock, random, share } = this.#options;
    // Without an answer of the journal, the store that answered last still does: it has all that was acknowledged, or nearly.
    const row = await instance.phase().catch(() => instance.seen);
    if (row !== undefined && readsFrom(row) === 'target') return actions.target();
    if (row?.phase === 'canary' && (instance.figures?.lagMs ?? Infinity) < MOST_LAG_MS) {
      const found = random() * 100 < (row.percent ?? 0) ? await this.#canary(actions) : undefined;
      if (found !== undefined) return found.answer;
    }
    const asked = clock.now();
    const answer = await actions.source();
    const { ids } = actions;
    const compares = row?.phase === 'shadow' || row?.phase === 'canary';
    if (compares && ids !== undefined && this.#comparing.size < MOST_COMPARED && random() < share) {
      this.#time('source', clock.now() - asked);
      const comparing = this.#compare(ids(answer), async () => ids(await actions.target())).finally(() =>
        this.#comparing.delete(comparing),
      );
      this.#comparing.add(comparing);
    }
    return answer;
  }

  /** Waits for comparisons that are on their way. */
  async settle(): Promise<void> {
    await Promise.all(this.#comparing);
  }

  /** The target's answer, if it comes in time; whatever it fails with, the source still answers. */
  async #canary<Result>({ target }: ReadActions<Result>): Promise<{ readonly answer: Result } | undefined> {
    const { clock, patienceMs } = this.#options;
    const given = new AbortController();
    const late = clock.sleep(patienceMs, given.signal).then(() => undefined);
    try {
      const found = await Promise.race([target().then((answer) => ({ answer })), late]);
      if (found === undefined) this.#fallbacks += 1;
      return found;
    } catch {
      this.#fallbacks += 1;
      return undefined;
    } finally {
      given.abort();
    }
  }

  async #compare(expected: readonly string[], ask: () => Promise<readonly string[]>): Promise<void> {
    const { clock } = this.#options;
    const asked = clock.now();
    try {
      const found = new Set(await ask());
      this.#time('target', clock.now() - asked);
      const shared = expected.filter((id) => found.has(id)).length;
      this.#overlap += expected.length === 0 ? Number(found.size === 0) : shared / expected.length;
      const [first] = expected;
      if (first !== undefined && !found.has(first)) this.#missingFirst += 1;
    } catch {
      this.#errors += 1;
    }
    this.#samples += 1;
  }

  #time(side: 'source' | 'target', ms: number): void {
    this.#times[side].record(Math.max(1, Math.round(ms * 1000)));
  }
}
