import type { Difference, Rejection, VerificationReport } from '@vsm/core';
import { count, duration, percent, plural } from '../format.ts';
import { html, type Content, type Markup } from './html.ts';
import { isSecretName } from '../redact/names.ts';
import { searchPicture } from './search-picture.ts';
import { facts, section, type Fact } from './section.ts';
import { table } from './table.ts';

/** Rows of a list, at the most. Core lists no more either; the page must stay small enough to attach. */
const LISTED = 100;

export function verificationSection(report: VerificationReport, id: string): Markup {
  const { expectedCount, targetCount, valuesCompared, missing, extra, changed } = report;
  const withValues = report.level === 'values' || report.level === 'search';
  const figures: readonly Fact[] = [
    { term: 'expected', value: count(expectedCount) },
    { term: 'in the target', value: count(targetCount) },
    ...(withValues ? [{ term: 'compared by value', value: count(valuesCompared) }] : []),
    { term: 'missing', value: count(missing), alarming: missing > 0 },
    { term: 'extra', value: count(extra), alarming: extra > 0 },
    ...(withValues ? [{ term: 'values changed', value: count(changed), alarming: changed > 0 }] : []),
  ];
  return section(
    { id: `${id}verification`, title: 'Verification', lead: leadOf(report) },
    html`${facts(figures)} ${report.confidence === undefined ? undefined : html`<p>${report.confidence}.</p>`}
      ${notes(report.notes)} ${differencesTable(report)}
      <p class="aside">Took ${duration(report.durationSeconds)}.</p>`,
  );
}

function leadOf({ level, sourceRead }: VerificationReport): string {
  return sourceRead === 'once' ? READ_ONCE[level] : LEVELS[level];
}

const LEVELS: Readonly<Record<VerificationReport['level'], string>> = {
  count: 'Both sides were counted.',
  ids: 'Both sides were counted, and every id was looked for on both.',
  values: 'Every record was read again from both sides: vectors as float32 bits, text, and metadata with its types.',
  search: 'Every record was read again from both sides, and the same searches were asked of both.',
};

const OF_THE_COPY = 'was held against what the copy read of the source';

const READ_ONCE: typeof LEVELS = {
  count: `The target was counted, and ${OF_THE_COPY}.`,
  ids: `Every id of the target ${OF_THE_COPY}.`,
  values: `Every record of the target was read again, and ${OF_THE_COPY}: vectors as float32 bits, text, and metadata with its types.`,
  search: `Every record of the target was read again, and ${OF_THE_COPY}, and the same searches were asked of both sides.`,
};

export function searchSection(report: VerificationReport, id: string): Markup | undefined {
  const { search } = report;
  if (search === undefined) return undefined;
  return section(
    {
      id: `${id}search`,
      title: 'Search overlap',
      lead: `The same questions, asked of both sides: ${search.passed ? 'they answer alike' : `they answer alike to ${percent(search.overlap)} only`}.`,
    },
    searchPicture(search, `${id}search`),
  );
}

const KINDS: readonly Difference['kind'][] = ['missing', 'extra', 'changed'];

function differencesTable({ differences, missing, extra, changed }: VerificationReport): Content {
  if (differences.length === 0) return undefined;
  const listed = differences
    .slice(0, LISTED)
    .toSorted((left, right) => KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind));
  const rows = listed.map((difference): readonly Content[] => {
    const { kind, field, expected, actual } = difference;
    return [
      html`<span class="kind ${kind}">${kind}</span>`,
      recordName(difference),
      code(field),
      shownValue(field, expected),
      shownValue(field, actual),
    ];
  });
  const columns = [{ name: 'kind', bare: true }, ...names('record', 'field', 'in the source', 'in the target')];
  return table(howMany(listed.length, missing + extra + changed, 'difference'), columns, 1, rows);
}

/** `runId` where the rejected records are kept. */
export function rejectedSection(
  rejected: readonly Rejection[],
  total: number,
  runId: string | undefined,
  id: string,
): Content {
  if (total === 0) return undefined;
  const kept = runId === undefined ? '' : ` All are kept with the run; vsm replay ${runId} offers them once more.`;
  const listed = rejected.slice(0, LISTED);
  const rows = listed.map((rejection) => [recordName(rejection), rejection.reason, rejection.detail]);
  return section(
    {
      id: `${id}rejected`,
      title: 'Rejected records',
      lead: `The target does not take ${total === 1 ? 'this one' : 'these'}.${kept}`,
    },
    table(howMany(listed.length, total, 'record'), names('record', 'reason', 'in words'), 0, rows),
  );
}

const names = (...list: readonly string[]): { readonly name: string }[] => list.map((name) => ({ name }));

function howMany(listed: number, total: number, one: string): string {
  return listed < total ? `The first ${count(listed)} of ${plural(total, one)}` : plural(total, one);
}

function recordName({ id, namespace }: Pick<Difference, 'id' | 'namespace'>): Markup {
  const name = html`<code><bdi>${id}</bdi></code>`;
  return namespace === undefined || namespace === ''
    ? name
    : html`${name} <span class="aside">in <bdi>${namespace}</bdi></span>`;
}

/** A value as it is, unless its field says that it is nobody's business. */
export function shownValue(field: string | undefined, text: string | undefined): Content {
  return field !== undefined && isSecretName(field) ? '(not shown: the field is named like a secret)' : code(text);
}

export function code(text: string | undefined): Content {
  return text === undefined ? undefined : html`<code><bdi>${text}</bdi></code>`;
}

export function notes(texts: readonly string[]): Content {
  if (texts.length === 0) return undefined;
  return html`<ul class="notes">
    ${texts.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}
