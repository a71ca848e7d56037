import type { LatencySummary, TimelinePoint } from '@vsm/core';
import { across, axisFrom0, polyline, timeChart } from './chart.ts';
import { count, milliseconds } from '../format.ts';
import { html, type Markup } from './html.ts';
import { table } from './table.ts';

export interface Sides<Value> {
  readonly read: Value;
  readonly write: Value;
}

const PLOT_HEIGHT = 120;

/** The spread of call times of both sides, as a table with a range drawn into each row. */
export function latencyTable(latency: Sides<LatencySummary>, names: Sides<string>): Markup | undefined {
  const sides = (['read', 'write'] as const).filter((side) => latency[side].calls > 0);
  if (sides.length === 0) return undefined;
  const scale = Math.max(...sides.map((side) => latency[side].maxMs));
  const columns = [
    { name: 'side' },
    { name: `median, 95th percentile and longest, from 0 to ${milliseconds(scale)}`, wide: true, bare: true },
    { name: 'calls', number: true },
    { name: 'median', number: true },
    { name: '95th percentile', number: true },
    { name: 'longest', number: true },
  ];
  const rows = sides.map((side) => {
    const { calls, p50Ms, p95Ms, maxMs } = latency[side];
    const figures = [p50Ms, p95Ms, maxMs] as const;
    return [names[side], range(side, figures, scale), count(calls), ...figures.map(milliseconds)];
  });
  return table('Time of one call, without the pauses between tries', columns, 0, rows);
}

/** A thick line to the 95th percentile with the median on it, and a thin one to the longest call. */
function range(side: string, [p50, p95, max]: readonly [number, number, number], scale: number): Markup {
  const at = (value: number): string => across(Math.min(1, scale > 0 ? value / scale : 0) * 0.97);
  return html`<svg
    class="range ${side}"
    width="100%"
    height="20"
    role="img"
    aria-label="median ${milliseconds(p50)}, 95th percentile ${milliseconds(p95)}, longest ${milliseconds(max)}"
  >
    <line class="whisker" x1="0" x2="${at(max)}" y1="10" y2="10" />
    <line class="body" x1="0" x2="${at(p95)}" y1="10" y2="10" />
    <circle class="median" cx="${at(p50)}" cy="10" r="5" />
    <line class="end" x1="${at(max)}" x2="${at(max)}" y1="5" y2="15" />
  </svg>`;
}

/** Mean call time of both sides over the run; `undefined` where there are too few points for a line. */
export function latencyChart(timeline: readonly TimelinePoint[], names: Sides<string>): Markup | undefined {
  const copying = timeline.filter(({ phase }) => phase === 'copying');
  const seconds = copying.at(-1)?.seconds ?? 0;
  const values = { read: measured(copying, 'readMs'), write: measured(copying, 'writeMs') };
  const sides = (['read', 'write'] as const).filter((side) => values[side].length >= 3);
  if (sides.length === 0 || seconds <= 0) return undefined;
  const y = axisFrom0(Math.max(...sides.flatMap((side) => values[side].map(({ value }) => value))), 3);
  const lines = sides.map((side) =>
    polyline(
      `line ${side}`,
      PLOT_HEIGHT,
      values[side].map((point) => ({ x: point.seconds / seconds, y: point.value / y.max })),
    ),
  );
  const legend = html`<p class="legend">
    ${sides.map(
      (side) =>
        html`<span class="key"
          ><svg class="swatch" width="22" height="12" aria-hidden="true">
            <line class="line ${side}" x1="0" x2="22" y1="6" y2="6" /></svg
          >${names[side]}</span
        >`,
    )}
  </p>`;
  const chart = timeChart(
    {
      title: 'Time of a call while copying',
      description: sides
        .map(
          (side) =>
            `${names[side]}: at most ${milliseconds(Math.max(...values[side].map(({ value }) => value)))} on average`,
        )
        .join('; '),
      plotHeight: PLOT_HEIGHT,
      y,
      yUnit: 'ms a call',
      formatY: (value) => String(Number(value.toPrecision(6))),
      seconds,
      xLabel: 'since the run began',
    },
    lines,
  );
  return html`${legend}${chart}`;
}

function measured(
  points: readonly TimelinePoint[],
  side: 'readMs' | 'writeMs',
): readonly { readonly seconds: number; readonly value: number }[] {
  return points.flatMap((point) => {
    const value = point[side];
    return value === undefined ? [] : [{ seconds: point.seconds, value }];
  });
}
