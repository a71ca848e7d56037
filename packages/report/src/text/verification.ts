import type { VerificationReport } from '@vsm/core';
import { line } from '../redact/printable.ts';

/** Differences that are named. */
const MOST_DIFFERENCES = 20;

/** What a verification found, a line each. */
export function verificationLines(report: VerificationReport): string[] {
  const { level, passed, expectedCount, targetCount, valuesCompared, missing, extra, changed, search } = report;
  const lines = [
    line`verification (${level}): ${passed ? 'passed' : 'FAILED'}, ${expectedCount} records expected, ${targetCount} in the target, ${valuesCompared} compared by value`,
  ];
  if (search !== undefined) {
    const { overlap, topK, queries } = search;
    lines.push(line`search overlap at ${topK}: ${(100 * overlap).toFixed(1)} % over ${queries} queries`);
  }
  if (!passed) lines.push(line`${missing} missing, ${extra} extra, ${changed} values changed`);
  for (const { kind, id, field, expected, actual } of report.differences.slice(0, MOST_DIFFERENCES)) {
    lines.push(
      line`  ${kind} ${id}${field === undefined ? '' : ` ${field}`}${expected === undefined ? '' : `: expected ${expected}, found ${actual}`}`,
    );
  }
  for (const problem of report.census?.unexplained ?? []) lines.push(line`census: ${problem}`);
  for (const { side, by, counted, problem } of report.witnesses) {
    lines.push(line`witness: ${problem ?? `${side}: ${by} counts ${counted} records as well`}`);
  }
  for (const road of report.roads) {
    const { side, problem, differences, own } = road;
    lines.push(line`roads: ${problem ?? `${side}: scan and fetch agree on ${chosenOf(road)}`}`);
    for (const { id, field, scanned, fetched } of differences) {
      lines.push(line`  ${id} ${field}: scan gives ${scanned}, fetch gives ${fetched}`);
    }
    if (own === undefined) {
      lines.push(line`records: ${side}: its store says nothing of single records by a road of its own`);
      continue;
    }
    const { by, compared, witnessed, unwitnessed } = own;
    for (const { id, field, read, witnessed: said } of own.differences) {
      lines.push(line`  ${id} ${field}: read as ${read}, but it is ${said}`);
    }
    const not = unwitnessed.length === 0 ? '' : `; not witnessed: ${unwitnessed.join('; ')}`;
    if (own.differing === 0) {
      lines.push(line`records: ${side}: ${compared} are what ${by} says of ${witnessed.join(', ')}${not}`);
    }
  }
  for (const { side, by, figures, unwitnessed, problems } of report.values) {
    for (const problem of problems) lines.push(line`values: ${problem}`);
    if (by === undefined) lines.push(line`values: ${side}: not witnessed: ${unwitnessed.join('; ')}`);
    else if (problems.length === 0) {
      lines.push(line`values: ${side}: ${figures} figures agree with ${by}; not witnessed: ${unwitnessed.join('; ')}`);
    }
  }
  for (const note of report.notes) lines.push(line`note: ${note}`);
  return lines;
}

/** Of which records, and what part of all they are. */
export function chosenOf({ compared, of, chosen }: VerificationReport['roads'][number]): string {
  if (chosen === 'all' || compared >= of) return `all ${compared} records`;
  return `${compared} of ${of} records, ${((100 * compared) / of).toPrecision(2)} % (${chosen})`;
}
