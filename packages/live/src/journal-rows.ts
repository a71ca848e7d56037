import { ValidationError, VsmError } from '@vsm/core';
import type { LedgerStorage } from '@vsm/distributed';
import type { MoveFacts } from './facts.ts';
import type { InstanceRow, PhaseRow, RunnerRow, Timings } from './model.ts';
import type { Keeps } from './rules.ts';

export const PHASE = 'phase';
export const HEADER = 'header';
export const RUNNER = 'runner';
export const MARKS = 'mark:';
export const OPEN = 'open:';
export const INSTANCES = 'instance:';
export const LEFT = 'left:';
export const DOUBTS = 'doubt:';
const FACTS = 'fact:';

/** As JSON, since not every server keeps every text that an id may be. */
export const markKey = (key: string): string => MARKS + JSON.stringify(key);
export const leftKey = (key: string): string => LEFT + JSON.stringify(key);
export const openKey = (id: string): string => OPEN + id;
export const doubtKey = (id: string): string => DOUBTS + id;
export const instanceKey = (id: string): string => INSTANCES + JSON.stringify(id);
export const factKey = (name: keyof MoveFacts): string => FACTS + name;
export const keyOf = (row: string): string => JSON.parse(row.slice(row.indexOf(':') + 1)) as string;

/** Where the rows of a move are. @throws ValidationError for a name that a command line would mistake */
export function spaceOf(move: string): string {
  if (/^[\w.-]{1,100}$/.test(move)) return `live:${move}`;
  throw new ValidationError(`A move is named by letters, digits, ".", "_" and "-", not "${move}".`);
}

export type Read = (key: string) => string | undefined;

export function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** The rows of one move, and what decides over them. */
export interface JournalRows {
  readonly storage: LedgerStorage;
  readonly space: string;
  readonly move: string;
  readonly timings: Timings;
  readonly keeps: Keeps;
  readonly newName: () => string;
}

/** @throws VsmError `NOT_FOUND` */
export function phaseOf(read: Read, { move }: Pick<JournalRows, 'move'>): PhaseRow {
  const row = parse(read(PHASE)) as PhaseRow | undefined;
  if (row !== undefined) return row;
  throw new VsmError(
    'NOT_FOUND',
    `There is no move "${move}" in this journal. Begin one with: vsm live start ${move} …`,
  );
}

export function runnerOf(read: Read): RunnerRow | undefined {
  return parse(read(RUNNER)) as RunnerRow | undefined;
}

/** Whether nothing of an instance that was not heard of since can still be sent or land. One that writes without the journal is never gone by time. */
export function isGone(
  { beat, records }: InstanceRow,
  now: number,
  { timings, keeps }: Pick<JournalRows, 'timings' | 'keeps'>,
): boolean {
  if (records === true && keeps('records-stay')) return false;
  return now > beat + (keeps('gone-late') ? timings.lease + timings.late : timings.poll * 4);
}
