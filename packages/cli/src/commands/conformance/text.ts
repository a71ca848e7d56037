import type { CaseResult, ConformanceReport } from '@vsm/conformance';
import { line } from '@vsm/report/redact';

export function caseText({ id, detail, hint }: CaseResult): string {
  const text = line`FAILED ${id}: ${detail ?? ''}`;
  return hint === undefined ? text : `${text}\n${line`  usual causes: ${hint}`}`;
}

export function reportText({
  adapter,
  passed,
  failed,
  deviations,
  notApplicable,
  witnesses,
}: ConformanceReport): string {
  const counts = line`${adapter}: ${passed} passed, ${failed} failed, ${deviations} known deviations, ${notApplicable} do not apply`;
  return witnesses.raw ? counts : `${counts}\nnote: without \`raw\` the adapter is the only witness of its own writes`;
}
