import type { TimelinePoint } from '@vsm/core';
import { across, axisFrom0, heightAt, round, timeChart } from './chart.ts';
import { count, duration, plural } from '../format.ts';
import { html, type Markup } from './html.ts';

/** Bars of the chart, at the most. Pages finish in bursts, so that a bar for each would show the bursts and not the pace. */
const BARS = 48;
const PHASES = ['copying', 'verifying'] as const;
type ChartedPhase = (typeof PHASES)[number];
const WORDS: Readonly<Record<ChartedPhase, string>> = { copying: 'copied', verifying: 'verified' };
/** Copying is what people look for; verifying is many times faster, and would flatten it on one scale. */
const PLOT_HEIGHTS: Readonly<Record<ChartedPhase, number>> = { copying: 150, verifying: 70 };

interface Bar {
  /** Records a second. */
  readonly rate: number;
  readonly retries: number;
}

/** Records a second over the time of the run, a row of bars for each phase; `undefined` where nothing was measured. */
export function throughputChart(timeline: readonly TimelinePoint[], resumed: boolean): Markup | undefined {
  const seconds = timeline.at(-1)?.seconds ?? 0;
  if (seconds <= 0) return undefined;
  const bars = Math.max(1, Math.min(BARS, timeline.length - 1));
  const rows = PHASES.map((phase) => {
    const curve = cumulative(timeline, phase, phase === 'copying' && resumed);
    const vectors = differences(curve, bars, seconds);
    const retries = differences(retryCurve(timeline, phase), bars, seconds).map(Math.round);
    const row = vectors.map((value, index): Bar => ({
      rate: value / (seconds / bars),
      retries: retries[index] ?? 0,
    }));
    return { phase, bars: row, mean: meanRate(curve) };
  }).filter(({ bars: row }) => row.some(({ rate, retries }) => rate > 0 || retries > 0));
  if (rows.length === 0) return undefined;
  return html`${rows.map((row, index) => {
    const last = index === rows.length - 1;
    return html`${legend(row.phase, row.mean, sum(row.bars))}${chart(row, seconds, last)}`;
  })}`;
}

const sum = (bars: readonly Bar[]): number => bars.reduce((total, { retries }) => total + retries, 0);

function chart(
  { phase, bars, mean }: { readonly phase: ChartedPhase; readonly bars: readonly Bar[]; readonly mean: number },
  seconds: number,
  times: boolean,
): Markup {
  const plotHeight = PLOT_HEIGHTS[phase];
  const y = axisFrom0(Math.max(1, ...bars.map(({ rate }) => rate)), phase === 'copying' ? 3 : 2);
  const frame = { plotHeight, y };
  const width = 1 / bars.length;
  const ground = heightAt(frame, 0);
  const marks = bars.map(({ rate, retries }, index) => {
    if (rate === 0 && retries === 0) return undefined;
    const top = heightAt(frame, rate);
    const from = index * width * seconds;
    const repeated = retries === 0 ? '' : `, ${plural(retries, 'retry', 'retries')}`;
    const tip = `${duration(from)} to ${duration(from + width * seconds)}: ${count(rate)} records/s${repeated}`;
    const x = across((index + 0.08) * width);
    const bar = html`<rect
      class="${phase}"
      x="${x}"
      width="${across(0.84 * width)}"
      y="${top}"
      height="${round(ground - top)}"
    />`;
    const radius = Math.min(6, 3 + Math.log2(Math.max(1, retries)));
    const dot =
      retries === 0
        ? undefined
        : html`<circle class="retry" cx="${across((index + 0.5) * width)}" cy="${ground}" r="${round(radius)}" />`;
    return html`<g><title>${tip}</title>${bar}${dot}</g>`;
  });
  const retried = sum(bars);
  return timeChart(
    {
      ...frame,
      title: `Records ${WORDS[phase]} a second, over time`,
      description: `On average ${count(mean)} records a second; ${retried === 0 ? 'no call was repeated' : `${plural(retried, 'call was', 'calls were')} repeated`}.`,
      yUnit: 'records/s',
      formatY: count,
      seconds,
      xLabel: times ? 'since the run began' : undefined,
    },
    marks,
  );
}

function legend(phase: ChartedPhase, mean: number, retries: number): Markup {
  const dot = html`<circle class="retry" cx="6" cy="6" r="4" />`;
  return html`<p class="legend">
    ${key(html`<rect class="${phase}" width="12" height="12" rx="2" />`, `${WORDS[phase]}, ${count(mean)} records/s on average`)}${retries === 0 ? undefined : key(dot, `${plural(retries, 'call', 'calls')} retried`)}
  </p>`;
}

function key(sign: Markup, words: string): Markup {
  return html`<span class="key"
    ><svg class="swatch" width="12" height="12" aria-hidden="true">${sign}</svg>${words}</span
  >`;
}

type Curve = readonly { readonly seconds: number; readonly value: number }[];

/** How many records of one phase were done by when. */
function cumulative(timeline: readonly TimelinePoint[], phase: ChartedPhase, resumed: boolean): Curve {
  const curve = timeline
    .filter((point) => point.phase === phase)
    .map(({ seconds, vectors }) => ({ seconds, value: vectors }));
  // A run that was taken up begins with what was there already, which was no pace of its own.
  return resumed ? curve.slice(curve.findIndex(({ value }) => value > 0)) : curve;
}

/** Retries happen at one moment, so they stand where they were first seen. */
function retryCurve(timeline: readonly TimelinePoint[], phase: ChartedPhase): Curve {
  return timeline.flatMap((point, index) => {
    if (point.phase !== phase) return [];
    const before = timeline[index - 1]?.retries ?? 0;
    const { seconds, retries } = point;
    return [
      { seconds, value: before },
      { seconds, value: retries },
    ];
  });
}

function differences(curve: Curve, bars: number, seconds: number): number[] {
  const edges = Array.from({ length: bars + 1 }, (_, index) => valueAt(curve, (index / bars) * seconds));
  return edges.slice(1).map((value, index) => Math.max(0, value - (edges[index] ?? 0)));
}

function valueAt(curve: Curve, seconds: number): number {
  const after = curve.findIndex((point) => point.seconds > seconds);
  if (after === -1) return curve.at(-1)?.value ?? 0;
  const right = curve[after];
  const left = curve[after - 1];
  if (right === undefined || left === undefined) return right?.value ?? 0;
  const span = right.seconds - left.seconds;
  return left.value + (span > 0 ? ((seconds - left.seconds) / span) * (right.value - left.value) : 0);
}

function meanRate(curve: Curve): number {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined || last.seconds <= first.seconds) return 0;
  return (last.value - first.value) / (last.seconds - first.seconds);
}
