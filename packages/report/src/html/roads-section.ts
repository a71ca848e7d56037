import type { VerificationReport } from '@vsm/core';
import { count, plural } from '../format.ts';
import { html, type Content } from './html.ts';
import { section } from './section.ts';
import { table } from './table.ts';
import { chosenOf } from '../text/verification.ts';
import { code, notes, shownValue } from './verification-section.ts';

/** By which roads each side was read, and what its store itself was asked to count. */
export function roadsSection(report: VerificationReport, id: string): Content {
  const { roads, values, witnesses } = report;
  if (roads.length === 0) return undefined;
  const rows = [
    ...witnesses.map(({ side, by, counted, problem }): readonly Content[] => [
      side,
      'records',
      html`<bdi>${by}</bdi>`,
      plural(counted, 'record'),
      resultOf(problem === undefined ? 0 : 1),
    ]),
    ...roads.flatMap((road): readonly (readonly Content[])[] => {
      const { side, compared, differing, own } = road;
      return [
        [side, 'scan and fetch', chosenOf(road), plural(compared, 'record'), resultOf(differing)],
        own === undefined
          ? [side, 'single records', 'not witnessed', plural(0, 'record'), '']
          : [
              side,
              'single records',
              html`<bdi>${own.by}</bdi>`,
              plural(own.compared, 'record'),
              resultOf(own.differing),
            ],
      ];
    }),
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
      lead: 'What one reader gets wrong on both sides alike shows in no comparison. So records are read by all roads that a store has, and what it says of them itself is held against what was read.',
    },
    html`${notes(problems)} ${table('How each side was read', columns, 0, rows)} ${differencesOf(roads)}
    ${details(report)}`,
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
  const own = roads.flatMap(({ side, own: road }) =>
    (road?.differences ?? []).map(({ id, field, read, witnessed }): readonly Content[] => [
      side,
      code(id),
      code(field),
      shownValue(field, read),
      shownValue(field, witnessed),
    ]),
  );
  const shown = (what: string, names: readonly string[], found: readonly (readonly Content[])[]): Content => {
    if (found.length === 0) return undefined;
    const columns = ['side', 'record', 'field', ...names].map((name) => ({ name }));
    return table(`The first ${count(found.length)} fields in which ${what}`, columns, 1, found);
  };
  return html`${shown('scan and fetch do not agree', ['by scan', 'by fetch'], rows)}
  ${shown('the store itself says something else than was read', ['read', 'by the store'], own)}`;
}

function details({ values, roads }: VerificationReport): Content {
  const records = roads.flatMap(({ side, own }) =>
    own === undefined
      ? []
      : [
          html`<p>
            Witnessed record by record in the ${side}: <bdi>${own.witnessed.join(', ')}</bdi>. Not witnessed:
            <bdi>${own.unwitnessed.join('; ') || 'nothing else'}</bdi>.
          </p>`,
        ],
  );
  const figures = values.map(({ side, witnessed, unwitnessed }) => [
    witnessed.length === 0 ? undefined : html`<p>Witnessed in the ${side}: <bdi>${witnessed.join('; ')}</bdi>.</p>`,
    html`<p>Not witnessed in the ${side}: <bdi>${unwitnessed.join('; ')}</bdi>.</p>`,
  ]);
  return [records, figures];
}
