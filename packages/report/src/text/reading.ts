import type { FieldReading } from '@vsm/core';
import { line, printable } from '../redact/printable.ts';

/** What each field was read as, one a line, guesses marked, and what is still to be decided. */
export function readingLines(
  reading: readonly FieldReading[] | undefined,
  undecided: readonly string[] | undefined,
): string[] {
  const rows = (reading ?? []).map((one) => [printable(one.field), printable(roleText(one)), basisText(one)] as const);
  const width = (column: 0 | 1): number => Math.min(MOST_WIDE, Math.max(0, ...rows.map((row) => row[column].length)));
  const [fields, roles] = [width(0), width(1)];
  return [
    ...(rows.length === 0 ? [] : ['  fields:']),
    ...rows.map(([field, role, basis]) => line`    ${field.padEnd(fields)}  ${role.padEnd(roles)}  ${basis}`),
    ...(undecided ?? []).map((sentence) => line`  DECIDE ${sentence}`),
  ];
}

/** A longer name pushes its own line only. */
const MOST_WIDE = 32;

/** Role and name, such as `vector "title"`. */
export function roleText({ role, name }: FieldReading): string {
  const word = role === 'ignored' ? 'left out' : role;
  return name === undefined || name === '' ? word : `${word} "${name}"`;
}

/** On what grounds, the guessed ones marked. */
export function basisText({ basis, evidence, candidates, nearTo }: FieldReading): string {
  const others = candidates === undefined ? '' : `; so could ${candidates.map((field) => `"${field}"`).join(', ')}`;
  const near = nearTo === undefined ? '' : `; nearest to a ${nearTo}`;
  return `${basis === 'guessed' ? 'guessed: ' : basis === 'named' ? 'as named: ' : ''}${evidence}${others}${near}`;
}
