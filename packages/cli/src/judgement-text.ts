import type { Judgement, Labelled, Mean } from '@vsm/embed';
import { line } from '@vsm/report/redact';

const WORST_SHOWN = 3;

const figure = ({ mean, low, high }: Mean): string => `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;

/** The judgement in one screen; `--json` has all of it. */
export function judgementText(made: Judgement): string {
  const { topK, labelled, rankCorrelation, distribution, records, unasked } = made;
  const from =
    made.queriesFrom === 'given'
      ? `${made.queries} queries`
      : `${made.queries} records as their own queries, which says how alike both are, and not which is better`;
  const labels = (side: 'source' | 'target', { recall, mrr, ndcg }: Labelled): string =>
    `  ${side}: recall@${topK} ${figure(recall)}, MRR ${figure(mrr)}, nDCG@${topK} ${figure(ndcg)}`;
  const worst = made.worst.slice(0, WORST_SHOWN).map(({ name, overlap, source, target, text }) => {
    const said = text === undefined ? '' : ` "${text.slice(0, 60)}"`;
    return line`  worst: ${name}${said} ${overlap.toFixed(2)}: ${source.slice(0, 3).join(' ')} → ${target.slice(0, 3).join(' ')}`;
  });
  return [
    `${from}; ${records.source} and ${records.target} records searched exactly`,
    `  overlap@${topK}: ${figure(made.overlap)}`,
    `  missing at 1: ${made.missingAt1.toFixed(3)}`,
    ...(rankCorrelation === undefined ? [] : [`  rank correlation: ${figure(rankCorrelation)}`]),
    `  queries by overlap, up to 0.1 … 1.0: ${distribution.join(' ')}`,
    ...(labelled === undefined ? [] : [labels('source', labelled.source), labels('target', labelled.target)]),
    ...made.slices.map(
      ({ slice, queries, overlap }) => line`  slice ${slice}: ${queries} queries, overlap ${figure(overlap)}`,
    ),
    ...(unasked === 0 ? [] : [`  ${unasked} records could not be asked: they have no vector in the target`]),
    ...worst,
    made.passed ? 'passed' : `FAILED: ${made.failures.join('; ')}`,
  ].join('\n');
}
