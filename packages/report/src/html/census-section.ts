import type { CensusSide, VerificationReport } from '@vsm/core';
import { count } from '../format.ts';
import { html, type Content } from './html.ts';
import { section } from './section.ts';
import { table } from './table.ts';
import { notes } from './verification-section.ts';

/** Rows of metadata fields and namespaces, at the most: those in which the sides differ come first. */
const LISTED = 100;

/** What each side holds, row by row, as counted in the pass that compared the values. */
export function censusSection({ census }: VerificationReport, id: string): Content {
  if (census === undefined) return undefined;
  const { source, target, explained, unexplained } = census;
  const all = [...total(source, target), ...byName('vector', source.vectors, target.vectors)];
  const more = [
    ...byName('field', source.fields, target.fields),
    ...byName('namespace', source.namespaces, target.namespaces),
  ].toSorted((left, right) => Number(differs(right)) - Number(differs(left)));
  const rows = [...all, ...more.slice(0, LISTED)].map((row): readonly Content[] => [
    html`<bdi>${row.what}</bdi>`,
    count(row.source),
    count(row.target),
    differs(row) ? html`<strong>differs</strong>` : 'equal',
  ]);
  const caption = more.length > LISTED ? `${count(more.length - LISTED)} more rows are not shown` : undefined;
  const columns = [
    { name: 'what', wide: true },
    { name: 'source', number: true },
    { name: 'target', number: true },
    { name: 'compared', bare: true },
  ];
  return section(
    {
      id: `${id}census`,
      title: 'Census',
      lead: 'What each side holds, counted while the values were compared. Every difference needs a decision of the plan that explains it.',
    },
    html`${notes(unexplained)} ${notes(explained)} ${table(caption ?? 'Both sides', columns, 0, rows)}`,
  );
}

interface Row {
  readonly what: string;
  readonly source: number;
  readonly target: number;
}

const differs = ({ source, target }: Row): boolean => source !== target;

function total(source: CensusSide, target: CensusSide): Row[] {
  const rows = (['records', 'documents', 'uris', 'nulls'] as const).map((what) => ({
    what,
    source: source[what],
    target: target[what],
  }));
  return rows.filter((row) => row.what === 'records' || row.source + row.target > 0);
}

function byName(
  what: string,
  source: Readonly<Record<string, number>>,
  target: Readonly<Record<string, number>>,
): Row[] {
  const [left, right] = [new Map(Object.entries(source)), new Map(Object.entries(target))];
  return [...new Set([...left.keys(), ...right.keys()])].toSorted().map((name) => ({
    what: name === '' ? (what === 'vector' ? 'the unnamed vector' : 'the default namespace') : `${what} ${name}`,
    source: left.get(name) ?? 0,
    target: right.get(name) ?? 0,
  }));
}
