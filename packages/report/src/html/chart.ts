import { own } from '@vsm/core/adapter';
import { html, type Content, type Markup } from './html.ts';

/*
 * Charts are SVG without a view box: lengths across are percentages and lengths down are pixels, so that a chart fills any
 * width while its text keeps its size. The labels of the y axis stand in a drawing of their own, whose width is fixed.
 */

/** Room above the highest grid line for its label, and below the lowest for those of the x axis, in pixels. */
const TOP = 26;
const BOTTOM = 40;
/** Room on the left for the labels of the y axis. */
const GUTTER = 56;

export interface Axis {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** An axis from 0 to a round number at or above `max`, with about `wanted` steps. */
export function axisFrom0(max: number, wanted: number): Axis {
  const rough = Math.max(max, Number.MIN_VALUE * 1e6) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999_999) ?? 10) * power;
  const steps = Math.max(1, Math.ceil(max / step - 1e-9));
  return { max: steps * step, ticks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

const TIME_STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];

/** Ticks at round times within `seconds`, four to eight of them, and how to write one. */
export function timeTicks(seconds: number): { readonly ticks: readonly number[]; readonly unit: string } {
  const hours = 3600;
  const steps = [...TIME_STEPS, 1800, hours, 2 * hours, 6 * hours, 12 * hours, 24 * hours, 168 * hours];
  const step = steps.find((candidate) => seconds / candidate <= 6) ?? seconds / 6;
  const ticks = Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, index) => index * step);
  return { ticks, unit: step >= hours ? 'hours' : step >= 60 ? 'minutes' : 'seconds' };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

interface Frame {
  readonly title: string;
  /** The finding in words, for whoever does not see the chart. */
  readonly description: string;
  readonly plotHeight: number;
  readonly y: Axis;
  readonly yUnit: string;
  readonly formatY: (value: number) => string;
  readonly seconds: number;
  /** What the x axis counts from; without it, the axis is that of the chart below. */
  readonly xLabel: string | undefined;
}

/** Pixels from the top of the chart at which a value stands. */
export function heightAt(frame: Pick<Frame, 'plotHeight' | 'y'>, value: number): number {
  return round(TOP + frame.plotHeight * (1 - Math.min(value, frame.y.max) / frame.y.max));
}

/** Axes, labels and grid; `marks` draws what they are for. */
export function timeChart(frame: Frame, marks: Content): Markup {
  const { ticks, unit } = timeTicks(frame.seconds);
  const bottom = TOP + frame.plotHeight;
  const timed = frame.xLabel !== undefined;
  const height = bottom + (timed ? BOTTOM : 4);
  const labels = frame.y.ticks.map((value) => {
    const y = heightAt(frame, value) + 4;
    return html`<text class="tick" x="${GUTTER - 8}" y="${y}" text-anchor="end">${frame.formatY(value)}</text>`;
  });
  const grid = frame.y.ticks.map((value) => {
    const y = heightAt(frame, value);
    return html`<line class="${value === 0 ? 'axis' : 'grid'}" x1="0" x2="100%" y1="${y}" y2="${y}" />`;
  });
  const times = ticks.map((value, index) => {
    const share = value / frame.seconds;
    const anchor = index === 0 ? 'start' : share > 0.97 ? 'end' : 'middle';
    const label = Number((value / (own(UNIT_SECONDS, unit) ?? 1)).toPrecision(4));
    return html`<text class="tick" x="${across(share)}" y="${bottom + 17}" text-anchor="${anchor}">${label}</text>`;
  });
  const caption = html`<text class="tick" x="100%" y="${bottom + 34}" text-anchor="end">${unit} ${frame.xLabel}</text>`;
  return html`<div class="chart" role="img" aria-label="${frame.title}. ${frame.description}">
    <svg class="gutter" width="${GUTTER}" height="${height}" aria-hidden="true">
      <text class="tick" x="0" y="10">${frame.yUnit}</text>
      ${labels}
    </svg>
    <svg width="100%" height="${height}" aria-hidden="true">
      ${grid}${marks}${timed ? times : undefined}${timed ? caption : undefined}
    </svg>
  </div>`;
}

/** Line through shares of the plot, both from 0 to 1; drawn in a box of its own, stretched without thickening the line. */
export function polyline(
  className: string,
  plotHeight: number,
  points: readonly { readonly x: number; readonly y: number }[],
): Markup {
  const path = points.map(({ x, y }) => `${round(x * 1000)},${round((1 - y) * 1000)}`).join(' ');
  return html`<svg
    class="plot"
    x="0"
    y="${TOP}"
    width="100%"
    height="${plotHeight}"
    viewBox="0 0 1000 1000"
    preserveAspectRatio="none"
  >
    <polyline class="${className}" points="${path}" vector-effect="non-scaling-stroke" />
  </svg>`;
}

export function across(share: number): string {
  return `${round(share * 100)}%`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
