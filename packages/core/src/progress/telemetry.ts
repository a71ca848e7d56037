import { createHistogram } from 'node:perf_hooks';

/** How long the calls of one side took, without the pauses between tries. */
export interface LatencySummary {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** What a run had reached at one moment. */
export interface TimelinePoint {
  /** Since the run began to copy or, without copying, to verify. */
  readonly seconds: number;
  readonly phase: 'copying' | 'verifying';
  /** Records so far, of the phase. */
  readonly vectors: number;
  /** Approximate size in memory of these records. */
  readonly bytes: number;
  /** Calls repeated so far, in the whole run. */
  readonly retries: number;
  /** Writes allowed at once. */
  readonly concurrency: number;
  /** Mean of the calls since the point before; `undefined` where there was none. */
  readonly readMs: number | undefined;
  readonly writeMs: number | undefined;
}

type Side = 'read' | 'write';
type Reached = Pick<TimelinePoint, 'vectors' | 'bytes' | 'retries' | 'concurrency'>;

interface Sum {
  calls: number;
  milliseconds: number;
}

interface Point extends Reached {
  readonly seconds: number;
  readonly phase: TimelinePoint['phase'];
  readonly sums: Readonly<Record<Side, Readonly<Sum>>>;
}

/** Enough for a chart, and the same memory for a run of seconds and of days. */
const MOST_POINTS = 240;
const FIRST_INTERVAL_MS = 100;

/** Remembers how a run went: a latency histogram a side, and a timeline that gets coarser as it gets longer. */
export class Telemetry {
  // In microseconds: histograms hold whole numbers.
  readonly #latency = { read: createHistogram(), write: createHistogram() };
  #sums: Record<Side, Sum> = noSums();
  #points: Point[] = [];
  #started: number | undefined;
  #interval = FIRST_INTERVAL_MS;
  /** What was reached since the last point, so that the end is never cut off. */
  #last: Point | undefined;

  observe(side: Side, milliseconds: number): void {
    this.#latency[side].record(Math.max(1, Math.round(milliseconds * 1000)));
    this.#sums[side].calls += 1;
    this.#sums[side].milliseconds += milliseconds;
  }

  record(phase: TimelinePoint['phase'], reached: Reached): void {
    const now = performance.now();
    this.#started ??= now;
    const before = this.#points.at(-1);
    const elapsed = now - this.#started;
    if (this.#last !== undefined && this.#last.phase !== phase) this.#keep(this.#last);
    this.#last = { ...reached, phase, seconds: elapsed / 1000, sums: this.#sums };
    if (before === undefined || before.phase !== phase || elapsed - before.seconds * 1000 >= this.#interval) {
      this.#keep(this.#last);
    }
  }

  get timeline(): readonly TimelinePoint[] {
    const points = this.#last === undefined ? this.#points : [...this.#points, this.#last];
    return points.map(({ sums, ...point }) => ({ ...point, readMs: mean(sums.read), writeMs: mean(sums.write) }));
  }

  get latency(): { readonly read: LatencySummary; readonly write: LatencySummary } {
    const summary = (side: Side): LatencySummary => {
      const histogram = this.#latency[side];
      if (histogram.count === 0) return { calls: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 };
      const milliseconds = (percentile: number): number => histogram.percentile(percentile) / 1000;
      return { calls: histogram.count, p50Ms: milliseconds(50), p95Ms: milliseconds(95), maxMs: histogram.max / 1000 };
    };
    return { read: summary('read'), write: summary('write') };
  }

  #keep(point: Point): void {
    this.#points.push(point);
    this.#sums = noSums();
    this.#last = undefined;
    // One place is left for the end.
    if (this.#points.length < MOST_POINTS - 1) return;
    this.#points = this.#points.flatMap((first, index, points) => {
      if (index % 2 === 1) return [];
      const second = points[index + 1];
      // The end of a phase stays where it was.
      return second === undefined || second.phase !== first.phase
        ? [first, ...(second ? [second] : [])]
        : [merge(first, second)];
    });
    this.#interval *= 2;
  }
}

function merge(first: Point, second: Point): Point {
  const sum = (side: Side): Sum => ({
    calls: first.sums[side].calls + second.sums[side].calls,
    milliseconds: first.sums[side].milliseconds + second.sums[side].milliseconds,
  });
  return { ...second, sums: { read: sum('read'), write: sum('write') } };
}

const noSums = (): Record<Side, Sum> => ({
  read: { calls: 0, milliseconds: 0 },
  write: { calls: 0, milliseconds: 0 },
});

const mean = ({ calls, milliseconds }: Sum): number | undefined => (calls === 0 ? undefined : milliseconds / calls);
