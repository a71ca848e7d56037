import { recordOfKey } from '@vsm/core/adapter';
import { count, percent, plural } from '../format.ts';
import type { JudgedSearch, LabelledSearch, MeanFigure } from '../model.ts';
import { axisFrom0 } from './chart.ts';
import { html, type Content, type Markup } from './html.ts';
import { facts, section, type Fact } from './section.ts';
import { table } from './table.ts';

/** Whether search got worse: figures over all queries, how they are spread, and the worst of them with both lists of answers. */
export function judgementSection(judged: JudgedSearch, id: string): Content {
  const { topK, records } = judged;
  const lead = `The same questions, asked of ${plural(records.source, 'record')} in the source and ${plural(records.target, 'record')} in the target, each compared without an index.`;
  return [
    section({ id: `${id}judged`, title: 'Search judged', lead }, [
      html`<p>${asked(judged)}</p>`,
      facts(figuresOf(judged)),
      ...(judged.labelled === undefined ? [] : [labelledTable(judged.labelled, topK)]),
      ...(judged.slices.length === 0 ? [] : [slicesTable(judged)]),
    ]),
    section(
      {
        id: `${id}spread`,
        title: 'Overlap by query',
        lead: `How many queries share how much of their first ${topK} answers.`,
      },
      html`<figure>${distributionChart(judged)}</figure>`,
    ),
    judged.worst.length === 0
      ? undefined
      : section(
          { id: `${id}worst`, title: 'Worst queries', lead: 'Answers that only one side gave are marked.' },
          judged.worst.map((one) => worstQuery(one, topK)),
        ),
  ];
}

function asked({ queries, queriesFrom, unasked }: JudgedSearch): string {
  const from =
    queriesFrom === 'given'
      ? `${plural(queries, 'query', 'queries')}, as given.`
      : `${plural(queries, 'record')} of the source, chosen by chance, were their own queries: that says how alike both sides are, and not which is better.`;
  return unasked === 0
    ? from
    : `${from} ${plural(unasked, 'chosen record')} could not be asked: the target has no vector of them.`;
}

const within = ({ low, high }: MeanFigure): string => `${low.toFixed(3)} to ${high.toFixed(3)} with 95 % confidence`;

function figuresOf({ topK, overlap, missingAt1, rankCorrelation, queries, passed }: JudgedSearch): readonly Fact[] {
  return [
    { term: `overlap of ${topK}`, value: overlap.mean.toFixed(3), note: within(overlap), alarming: !passed },
    { term: 'first answer missing', value: percent(missingAt1), note: `of ${plural(queries, 'query', 'queries')}` },
    ...(rankCorrelation === undefined
      ? []
      : [{ term: 'rank correlation', value: rankCorrelation.mean.toFixed(3), note: within(rankCorrelation) }]),
  ];
}

function labelledTable({ queries, source, target }: NonNullable<JudgedSearch['labelled']>, topK: number): Markup {
  const columns = [
    { name: 'side' },
    ...[`recall@${topK}`, 'MRR', `nDCG@${topK}`].map((name) => ({ name, number: true })),
  ];
  const row = (side: string, { recall, mrr, ndcg }: LabelledSearch): readonly Content[] => [
    side,
    ...[recall, mrr, ndcg].map(({ mean, low, high }) => `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`),
  ];
  const caption = `By ${plural(queries, 'query', 'queries')} that say what is right`;
  return table(caption, columns, 0, [row('source', source), row('target', target)]);
}

function slicesTable({ slices, topK }: JudgedSearch): Markup {
  const columns = [{ name: 'slice' }, ...['queries', `overlap of ${topK}`].map((name) => ({ name, number: true }))];
  const rows = slices.map(({ slice, queries, overlap }): readonly Content[] => [
    html`<bdi>${slice}</bdi>`,
    count(queries),
    `${overlap.mean.toFixed(3)} (${overlap.low.toFixed(3)} to ${overlap.high.toFixed(3)})`,
  ]);
  return table('By slice, the worst first', columns, 0, rows);
}

const PLOT = 140;
const ROOM = 22;

/** Ten bars: how many queries have an overlap up to 0.1, 0.2, … 1. */
function distributionChart({ distribution, queries }: JudgedSearch): Markup {
  const { max } = axisFrom0(Math.max(...distribution, 1), 4);
  const share = 100 / Math.max(1, distribution.length);
  const bars = distribution.map((number, index) => {
    const height = Math.round((number / max) * PLOT);
    const middle = `${((index + 0.5) * share).toFixed(2)}%`;
    const top = ROOM + PLOT - height;
    return html`<rect
        class="copying"
        x="${(index * share + 1).toFixed(2)}%"
        y="${top}"
        width="${(share - 2).toFixed(2)}%"
        height="${height}"
      />
      ${number === 0 ? undefined : html`<text class="tick" x="${middle}" y="${top - 6}" text-anchor="middle">${count(number)}</text>`}
      <text class="tick" x="${middle}" y="${ROOM + PLOT + 17}" text-anchor="middle"
        >${((index + 1) / 10).toFixed(1)}</text
      >`;
  });
  const all = distribution.at(-1) ?? 0;
  const said = `${count(all)} of ${plural(queries, 'query', 'queries')} share more than nine tenths of their answers`;
  return html`<div class="chart" role="img" aria-label="Queries by overlap, in ten steps up to 1. ${said}.">
    <svg width="100%" height="${ROOM + PLOT + 40}" aria-hidden="true">
      ${bars}
      <line class="axis" x1="0" x2="100%" y1="${ROOM + PLOT}" y2="${ROOM + PLOT}" />
      <text class="tick" x="100%" y="${ROOM + PLOT + 36}" text-anchor="end">overlap up to</text>
    </svg>
  </div>`;
}

/** Of a long text, so much is shown. */
const SHOWN = 160;

function worstQuery({ name, text, overlap, source, target }: JudgedSearch['worst'][number], topK: number): Markup {
  const [inSource, inTarget] = [new Set(source), new Set(target)];
  const rows = Array.from({ length: Math.max(source.length, target.length) }, (_, at): readonly Content[] => [
    count(at + 1),
    answer(source[at], inTarget),
    answer(target[at], inSource),
  ]);
  const said =
    text === undefined
      ? undefined
      : html`: <q><bdi>${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}</bdi></q>`;
  return html`<div class="query">
    <h3><bdi>${name}</bdi>${said}</h3>
    ${table(
      `${percent(overlap)} of the first ${topK} answers are the same`,
      [
        { name: 'place', number: true },
        { name: 'source', wide: true },
        { name: 'target', wide: true },
      ],
      0,
      rows,
    )}
  </div>`;
}

function answer(key: string | undefined, others: ReadonlySet<string>): Content {
  if (key === undefined) return undefined;
  const { id, namespace } = recordOfKey(key) ?? { id: key };
  const place = namespace === undefined ? undefined : html` in <bdi>${namespace}</bdi>`;
  const alone = others.has(key) ? undefined : html` <span class="kind differences">only here</span>`;
  return html`<code><bdi>${id}</bdi></code
    >${place}${alone}`;
}
