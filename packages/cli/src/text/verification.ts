import type { VerificationReport } from '@vsm/core';

export function verificationLines(report: VerificationReport): string[] {
  const lines = [
    `verification (${report.level}): ${report.passed ? 'passed' : 'FAILED'}, ` +
      `${report.expectedCount} records expected, ${report.targetCount} in the target, ${report.valuesCompared} compared by value`,
  ];
  if (report.search !== undefined) {
    const { overlap, topK, queries } = report.search;
    lines.push(`search overlap at ${topK}: ${(100 * overlap).toFixed(1)} % over ${queries} queries`);
  }
  if (!report.passed) lines.push(`${report.missing} missing, ${report.extra} extra, ${report.changed} values changed`);
  for (const { kind, id, field, expected, actual } of report.differences.slice(0, 20)) {
    lines.push(
      `  ${kind} ${id}${field === undefined ? '' : ` ${field}`}${expected === undefined ? '' : `: expected ${expected}, found ${actual}`}`,
    );
  }
  for (const note of report.notes) lines.push(`note: ${note}`);
  return lines;
}
