import type { DiffReport } from '@vsm/core';
import { line } from '@vsm/report/redact';

const WHERE = { missing: 'only in the source', extra: 'only in the target', changed: 'changed' } as const;

/** What differs, a line each, and one for all of it. */
export function diffLines({ equal, schema, records }: DiffReport): string[] {
  const { expectedCount, targetCount, counts, differences, missing, extra, changed } = records;
  const lines = [`${expectedCount} records in the source, ${targetCount} in the target`];
  for (const what of schema) lines.push(line`schema: ${what}`);
  for (const { namespace, expected, found } of counts) {
    if (expected !== found)
      lines.push(line`namespace "${namespace}": ${expected} records in the source, ${found} in the target`);
  }
  for (const { kind, id, namespace, field, expected, actual } of differences) {
    const who = line`${id}${namespace === undefined ? '' : ` in "${namespace}"`}`;
    const what = field === undefined ? '' : line` ${field}`;
    const values = expected === undefined ? '' : line`: ${expected} | ${actual}`;
    lines.push(`  ${WHERE[kind]}: ${who}${what}${values}`);
  }
  const all = missing + extra + changed;
  const listed = differences.length < all ? `, ${differences.length} of ${all} listed: --limit lists more` : '';
  for (const problem of problemsOf(records)) lines.push(line`problem: ${problem}`);
  for (const note of records.notes) lines.push(line`note: ${note}`);
  lines.push(
    equal
      ? 'equal'
      : `different: ${missing} only in the source, ${extra} only in the target, ${changed} values changed${listed}`,
  );
  return lines;
}

/** Why what was read may not be all that is there. */
function problemsOf({ census, witnesses, roads, values }: DiffReport['records']): string[] {
  return [
    ...(census?.unexplained ?? []),
    ...[...witnesses, ...roads].flatMap(({ problem }) => problem ?? []),
    ...values.flatMap(({ problems }) => problems),
  ];
}
