import { line } from '@vsm/report/redact';
import type { Finding } from './finding.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

export function findingText({ check, status, detail, advice }: Finding): string {
  const text = line`${MARKS[status]}  ${check}: ${detail}`;
  return advice === undefined ? text : `${text}\n${line`         → ${advice}`}`;
}
