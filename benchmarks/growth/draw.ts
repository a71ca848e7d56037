/** What a record costs at some sizes of one thing. */
export interface Series {
  readonly title: string;
  readonly points: readonly { readonly at: number; readonly microseconds: number; readonly peakMegabytes: number }[];
}

const [WIDTH, HEIGHT, GAP, LEFT, TOP] = [300, 180, 70, 60, 50] as const;
const FIGURES = [
  ['microseconds', 'µs of CPU a record', '#2563a8'],
  ['peakMegabytes', 'peak MB of the process', '#a8531c'],
] as const;

/** A row for each figure, a column for each series: sizes by their logarithm, figures from zero on. */
export function drawGrowth(series: readonly Series[]): string {
  const plots = FIGURES.flatMap(([figure, label, color], row) =>
    series.map(({ title, points }, column) => {
      const place = { x: LEFT + column * (WIDTH + GAP), y: TOP + row * (HEIGHT + GAP) };
      const values = points.map((point) => ({ at: point.at, value: point[figure] }));
      return plot(place, `${label}, by ${title}`, values, color);
    }),
  );
  const [width, height] = [LEFT + series.length * (WIDTH + GAP), TOP + FIGURES.length * (HEIGHT + GAP)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="Cost of a record by size">
<rect width="${width}" height="${height}" fill="#fff"/>
${plots.join('\n')}
</svg>
`;
}

function plot(
  { x, y }: { readonly x: number; readonly y: number },
  title: string,
  values: readonly { readonly at: number; readonly value: number }[],
  color: string,
): string {
  const most = ceiling(Math.max(...values.map(({ value }) => value)));
  const [first, last] = [Math.log10(values[0]?.at ?? 1), Math.log10(values.at(-1)?.at ?? 10)];
  const across = (at: number): number => x + (WIDTH * (Math.log10(at) - first)) / Math.max(1e-9, last - first);
  const up = (value: number): number => y + HEIGHT * (1 - value / most);
  const dots = values.map(({ at, value }) => ({ at, value, x: round(across(at)), y: round(up(value)) }));
  const grid = [0, 0.5, 1].map((share) => {
    const at = round(up(share * most));
    return `<path d="M${x} ${at}H${x + WIDTH}" stroke="#ddd"/><text x="${x - 6}" y="${at + 4}" text-anchor="end" fill="#555">${round(share * most)}</text>`;
  });
  const marks = dots.map(
    (dot) =>
      `<circle cx="${dot.x}" cy="${dot.y}" r="3" fill="${color}"><title>${dot.at}: ${dot.value.toFixed(1)}</title></circle><text x="${dot.x}" y="${y + HEIGHT + 18}" text-anchor="middle" fill="#555">${dot.at.toLocaleString('en')}</text>`,
  );
  return `<g><text x="${x}" y="${y - 12}" fill="#222">${title}</text>${grid.join('')}<polyline fill="none" stroke="${color}" stroke-width="2" points="${dots.map((dot) => `${dot.x},${dot.y}`).join(' ')}"/>${marks.join('')}</g>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The next number with one digit that is not zero. */
function ceiling(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / size) * size;
}
