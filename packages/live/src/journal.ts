import { randomUUID } from 'node:crypto';
import type { LedgerStorage } from '@vsm/distributed';
import { journalDoubts, type JournalDoubts } from './journal-doubts.ts';
import { journalMarks, type JournalMarks } from './journal-marks.ts';
import { journalMembers, type JournalMembers } from './journal-members.ts';
import { journalPhases, type JournalPhases } from './journal-phases.ts';
import { spaceOf } from './journal-rows.ts';
import { TIMINGS, type Timings } from './model.ts';
import { KEEPS_ALL, type Keeps } from './rules.ts';

/** What is known of a move: its phase, who takes part, and which ids may differ. */
export interface Journal extends JournalMarks, JournalDoubts, JournalMembers, JournalPhases {
  readonly move: string;
  readonly timings: Timings;
  readonly keeps: Keeps;
  /** A name that nobody else has, for an instance or a write. */
  readonly newName: () => string;
  close(): Promise<void>;
}

export interface JournalOptions {
  /** The same for all who take part. @default TIMINGS */
  readonly timings?: Timings | undefined;
  readonly keeps?: Keeps | undefined;
  /** @default random ones */
  readonly newName?: (() => string) | undefined;
}

/** The journal of one move, in any storage of `@vsm/distributed`. @throws ValidationError for a name that a command line would mistake */
export function createJournal(storage: LedgerStorage, move: string, options: JournalOptions = {}): Journal {
  const { timings = TIMINGS, keeps = KEEPS_ALL, newName = randomUUID } = options;
  const rows = { storage, space: spaceOf(move), move, timings, keeps, newName };
  return {
    move,
    timings,
    keeps,
    newName,
    ...journalMarks(rows),
    ...journalDoubts(rows),
    ...journalPhases(rows),
    ...journalMembers(rows),
    close: () => storage.close(),
  };
}
