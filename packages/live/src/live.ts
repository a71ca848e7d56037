import { recordKey, ValidationError, VsmError } from '@vsm/core';
import { inspectServer, openStorage, realClock, type Clock, type LedgerStorage } from '@vsm/distributed';
import { checkWhenDown, Gap, type WhenJournalIsDown } from './gap.ts';
import { Instance } from './instance.ts';
import { createJournal, type Journal } from './journal.ts';
import { readsFrom, type Phase, type PhaseRow, type Side } from './model.ts';
import type { RecordName } from '@vsm/core/engine';
import { Reader, type ReadActions } from './read.ts';
import type { WriteActions } from './actions.ts';
import { Writer } from './write.ts';

/** A record by its id in the source of the move; a text is an id in the default namespace. */
export type LiveId = string | RecordName;

export interface LiveOptions {
  readonly move: string;
  /** Where the journal is: `postgresql://…`, `redis://…`, `sqlite:FILE`, or a storage of `@vsm/distributed`. */
  readonly journal: string | LedgerStorage;
  /**
   * There is no default. `refuse-writes`: they fail. `record-gap`: they go on, without marks, to the store that took them last, and the
   * journal is told of their ids once it is back; a process that dies before it has told holds every switch until `vsm live gone`
   * names it.
   */
  readonly whenJournalIsDown: WhenJournalIsDown;
  /** What status calls this process. @default host and process id */
  readonly name?: string | undefined;
  /** Share of the reads that both stores answer while they are compared. @default 0.1 */
  readonly shadowShare?: number | undefined;
  /** How long a canary waits for the target before the source answers, in milliseconds. @default 1000 */
  readonly canaryPatienceMs?: number | undefined;
  /** Writes that a switch may hold at once. @default 1000 */
  readonly mostHeld?: number | undefined;
  /** With `record-gap`: ids that are remembered while the journal is away. @default 100000 */
  readonly mostUntold?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A move as a process of the application takes part in it. */
export interface Live {
  /** Writes records to the store that takes writes now, with a mark. Marks are by id: all ids that the write touches have to be named. */
  write<Result>(ids: readonly LiveId[], actions: WriteActions<Result>): Promise<Result>;
  /** Reads from the store that answers now. */
  read<Result>(actions: ReadActions<Result>): Promise<Result>;
  /** Marks records after they were written by code that cannot be wrapped; what dies in between is found by a verification only. */
  touched(ids: readonly LiveId[]): Promise<void>;
  readonly journal: Journal;
  /** As it was seen last. */
  phase(): Phase | undefined;
  /** The store that answers, and takes writes unless a switch holds them. */
  serving(): Promise<Side>;
  /** The longest that a switch has held a write of this process, in milliseconds. */
  longestHoldMs(): number;
  close(): Promise<void>;
}

/** Takes part in a move that was started. @throws VsmError `NOT_FOUND` where the journal has none of this name */
export async function openLive(options: LiveOptions): Promise<Live> {
  checkWhenDown(options.whenJournalIsDown);
  const { journal: place, move } = options;
  // A storage that was given is its owner's to close.
  if (typeof place !== 'string') return joinMove(await journalIn(place, move), options);
  const journal = await openJournal(place, move);
  const live = await joinMove(journal, options);
  return {
    ...live,
    async close() {
      try {
        await live.close();
      } finally {
        await journal.close();
      }
    },
  };
}

/**
 * The journal of a move at `postgresql://…`, `redis://…` or in `sqlite:FILE`.
 * @throws ValidationError for a Redis that may forget what it has acknowledged
 */
export async function openJournal(place: string, move: string): Promise<Journal> {
  if (/^rediss?:/.test(place)) {
    const findings = await inspectServer({ url: place, role: 'ledger' });
    const problem = findings.find(({ status }) => status === 'problem');
    if (problem !== undefined) {
      throw new ValidationError(
        `The journal of "${move}" must keep what it acknowledges: ${problem.detail}. ${problem.advice ?? ''}`,
      );
    }
  }
  return journalIn(await openStorage(place), move);
}

/** The journal with the timings that its move was begun with. */
async function journalIn(storage: LedgerStorage, move: string): Promise<Journal> {
  const journal = createJournal(storage, move);
  const header = await journal.header().catch((error: unknown) => {
    // One that is still to be begun.
    if (VsmError.isInstance(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  return header === undefined ? journal : createJournal(storage, move, { timings: header.timings });
}

/** Takes part in the move of a journal that is open. */
export async function joinMove(
  journal: Journal,
  options: Partial<Omit<LiveOptions, 'move' | 'journal'>> = {},
): Promise<Live> {
  const { settleMs } = await journal.header();
  const { name, mostHeld = 1000, clock = realClock, shadowShare = 0.1, canaryPatienceMs = 1000 } = options;
  const records = options.whenJournalIsDown === 'record-gap';
  const instance = new Instance({
    journal,
    clock,
    name,
    records,
    shadow: () => reader.figures(),
    longestHoldMs: () => writer.longestHoldMs,
    onHeard: async () => gap?.tell(),
  });
  const gap = records ? new Gap({ journal, instance, settleMs, mostIds: options.mostUntold ?? 100_000 }) : undefined;
  const reader = new Reader({ instance, clock, share: shadowShare, patienceMs: canaryPatienceMs, random: Math.random });
  const writer = new Writer({ journal, instance, clock, settleMs, mostHeld, gap });
  await instance.start();
  return {
    journal,
    phase: () => instance.seen?.phase,
    serving: async () => readsFrom(await instance.phase().catch((error: unknown) => seenBy(instance, records, error))),
    longestHoldMs: () => writer.longestHoldMs,
    write: (ids, actions) => writer.write(keysOf(ids), actions),
    read: (actions) => reader.read(actions),
    touched: (ids) => instance.answered(journal.touched(keysOf(ids))),
    async close() {
      await reader.settle();
      await instance.close();
    },
  };
}

/** Where the application goes on without the journal, the phase as it was seen last. */
function seenBy({ seen }: Instance, records: boolean, error: unknown): PhaseRow {
  if (records && seen !== undefined) return seen;
  throw error;
}

function keysOf(ids: readonly LiveId[]): readonly string[] {
  if (ids.length === 0)
    throw new ValidationError('A write that names no ids leaves no marks: name those that it touches.');
  return [...new Set(ids.map((id) => recordKey(typeof id === 'string' ? { id } : id)))].toSorted();
}
