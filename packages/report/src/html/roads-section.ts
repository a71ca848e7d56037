import type { VerificationReport } from '@vsm/core';
import { count, plural } from '../format.ts';
import { html, type Content } from './html.ts';
import { section } from './section.ts';
import { table } from './table.ts';
import { code, notes, shownValue } from './verification-section.ts';

/** By which roads each side was read, and what its store itself was asked to count. */
export function roadsSection({ roads, values, witnesses }: VerificationReport, id: string): Content {
  if (roads.length === 0) return undefined;
  const rows = [
    ...witnesses.map(({ side, by, counted, problem }): readonly Content[] => [
      side,
      'records',
      html`<bdi>${by}</bdi>`,
      plural(counted, 'record'),
      resultOf(problem === undefined ? 0 : 1),
    ]),
    ...roads.map(({ side, chosen, compared, differing }): readonly Content[] => [
      side,
      'scan and fetch',
      chosen,
      plural(compared, 'record'),
      resultOf(differing),
    ]),
    ...values.map(({ side, by, figures, problems }): readonly Content[] => [
      side,
      'values',
      by === undefined ? 'not witnessed' : html`<bdi>${by}</bdi>`,
      plural(figures, 'figure'),
      by === undefined ? '' : resultOf(problems.length),
    ]),
  ];
  const columns = [
    { name: 'side', bare: true, words: true },
    { name: 'what', bare: true, words: true },
    { name: 'by' },
    { name: 'compared', words: true },
    { name: 'result', bare: true, words: true },
  ];
  const problems = [
    ...[...witnesses, ...roads].flatMap(({ problem }) => problem ?? []),
    ...values.flatMap((one) => one.problems),
  ];
  return section(
    {
      id: `${id}roads`,
      title: 'Roads and witnesses',
      lead: 'What one reader gets wrong on both sides alike shows in no comparison. So records are read by both roads that a store has, and its own counts are held against what was read.',
    },
    html`${notes(problems)} ${table('How each side was read', columns, 0, rows)} ${differencesOf(roads)}
    ${details(values)}`,
  );
}

const resultOf = (problems: number): Content => (problems === 0 ? 'equal' : html`<strong>differs</strong>`);

function differencesOf(roads: VerificationReport['roads']): Content {
  const rows = roads.flatMap(({ side, differences }) =>
    differences.map(({ id, field, scanned, fetched }): readonly Content[] => [
      side,
      code(id),
      code(field),
      shownValue(field, scanned),
      shownValue(field, fetched),
    ]),
  );
  if (rows.length === 0) return undefined;
  const columns = ['side', 'record', 'field', 'by scan', 'by fetch'].map((name) => ({ name }));
  return table(`The first ${count(rows.length)} fields in which scan and fetch do not agree`, columns, 1, rows);
}

function details(values: VerificationReport['values']): Content {
  return values.map(({ side, witnessed, unwitnessed }) => [
    witnessed.length === 0 ? undefined : html`<p>Witnessed in the ${side}: <bdi>${witnessed.join('; ')}</bdi>.</p>`,
    html`<p>Not witnessed in the ${side}: <bdi>${unwitnessed.join('; ')}</bdi>.</p>`,
  ]);
}
