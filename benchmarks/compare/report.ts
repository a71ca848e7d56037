import type { Machine } from './machine.ts';
import type { Measured } from './measured-job.ts';

/** What several rounds of one measurement say. Times are medians, and their spread is (largest - smallest) / median. */
export interface Summary {
  /** Seconds of each round, in order, so that what was measured next to each other can be compared. */
  readonly rounds: readonly number[];
  readonly records: number;
  readonly seconds: number;
  readonly spread: number;
  readonly perSecond: number;
  /** CPU seconds of our own process for 100,000 records. */
  readonly cpuPer100k: number;
  readonly peakMegabytes: number;
  readonly verifySeconds?: number | undefined;
}

export function summarize(rounds: readonly Measured[]): Summary {
  const seconds = rounds.map((round) => round.seconds);
  const records = rounds[0]?.records ?? 0;
  const verify = rounds.flatMap(({ verifySeconds }) => (verifySeconds === undefined ? [] : [verifySeconds]));
  const middle = median(seconds);
  return {
    rounds: seconds,
    records,
    seconds: middle,
    spread: (Math.max(...seconds) - Math.min(...seconds)) / middle,
    perSecond: records / middle,
    cpuPer100k: median(rounds.map(({ cpuSeconds }) => (cpuSeconds / records) * 100_000)),
    peakMegabytes: Math.max(...rounds.map(({ peakMegabytes }) => peakMegabytes)),
    ...(verify.length > 0 && { verifySeconds: median(verify) }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median of the ratios of each round: what ran next to each other met the same machine. `over` may be several, whose times are
 * put together by `combine`.
 */
export function roundRatio(of: Summary, over: readonly Summary[], combine: (seconds: number[]) => number): number {
  return median(of.rounds.map((seconds, at) => seconds / combine(over.map(({ rounds }) => rounds[at] ?? Number.NaN))));
}

/** A ratio that is to stay at or below a limit. */
export interface Goal {
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
}

export const isMet = ({ ratio, limit }: Goal): boolean => ratio <= limit;

export function printSummary(name: string, summary: Summary): void {
  const { perSecond, seconds, spread, cpuPer100k, peakMegabytes, verifySeconds } = summary;
  const cells = [
    `  ${name}`.padEnd(30),
    `${Math.round(perSecond)}`.padStart(8),
    'records/s',
    `${seconds.toFixed(2)} s`.padStart(9),
    `±${(spread * 50).toFixed(0)} %`.padStart(7),
    `${cpuPer100k.toFixed(2)} CPU s/100k`.padStart(19),
    Number.isNaN(peakMegabytes) ? '' : `${peakMegabytes.toFixed(0)} MB`.padStart(8),
    verifySeconds === undefined ? '' : `  verified in ${verifySeconds.toFixed(2)} s`,
  ];
  console.log(cells.join(' ').trimEnd());
}

export function printGoal(goal: Goal): void {
  const { name, ratio, limit } = goal;
  console.log(`  ${isMet(goal) ? 'holds ' : 'MISSED'} ${name}: ${ratio.toFixed(2)} (at most ${limit.toFixed(2)})`);
}

export type Figures = Readonly<Record<string, { readonly ratio: number } | { readonly cpuPer100k: number }>>;

export interface Baseline {
  /** Where CPU was measured last. */
  readonly machine?: Machine | undefined;
  readonly figures: Figures;
}

const WORSE = 1.2;

/** Ratios depend little on the machine; CPU times are compared only where `withCpu`. */
export function compareWith(baseline: Figures, now: Figures, withCpu: boolean): string[] {
  return Object.entries(now).flatMap(([name, value]) => {
    const before = baseline[name];
    if (before === undefined || (!withCpu && !('ratio' in value))) return [];
    const [then, current] = [numberOf(before), numberOf(value)];
    return current > then * WORSE ? [`${name}: ${then.toFixed(2)} → ${current.toFixed(2)}`] : [];
  });
}

const numberOf = (entry: Figures[string]): number => ('ratio' in entry ? entry.ratio : entry.cpuPer100k);
