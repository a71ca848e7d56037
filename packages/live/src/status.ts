import type { Journal } from './journal.ts';
import { heldUntil, type InstanceRow, type OpenWrite, type PhaseRow, type RunnerRow } from './model.ts';
import type { DoubtfulWrite, MoveFacts } from './facts.ts';
import { nameOf } from './route.ts';

/** Where a move stands. Times are the journal's, in milliseconds. */
export interface MoveStatus {
  readonly move: string;
  readonly now: number;
  readonly phase: PhaseRow;
  readonly instances: readonly InstanceRow[];
  readonly runner: RunnerRow | undefined;
  readonly facts: MoveFacts;
  /** Ids that may differ. */
  readonly marks: number;
  /** Of those, ids that something without an answer may still change. */
  readonly held: number;
  /** Records that the other store does not take, up to a hundred. */
  readonly refused: readonly ListedRecord[];
  /** What is known not to be in both stores, up to a hundred. */
  readonly left: readonly ListedRecord[];
  /** Writes that ended after the move had switched to the other store, up to a hundred: they count for nothing. */
  readonly doubtful: readonly DoubtfulWrite[];
  /** Writes that were begun and never answered, up to a hundred: their requests may have landed or not. */
  readonly unanswered: readonly OpenWrite[];
}

export interface ListedRecord {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly why: string;
}

const LISTED = 100;

/** Reads all marks: a look takes as long as there are many. */
export async function moveStatus(journal: Journal): Promise<MoveStatus> {
  const { row, now } = await journal.seen();
  const refused: ListedRecord[] = [];
  let [marks, held] = [0, 0];
  for await (const mark of journal.marks()) {
    marks += 1;
    if (heldUntil(mark) > now) held += 1;
    if (mark.refused !== undefined && refused.length < LISTED) refused.push({ ...nameOf(mark.key), why: mark.refused });
  }
  const left = await firstOf(journal.left());
  const unanswered = await firstOf(journal.openWrites(), ({ at }) => now - at > journal.timings.lease);
  return {
    move: journal.move,
    now,
    phase: row,
    instances: await journal.instances(),
    runner: await journal.runner(),
    facts: await journal.facts(),
    marks,
    held,
    refused,
    left: left.map(({ key, why }) => ({ ...nameOf(key), why })),
    doubtful: await firstOf(journal.doubtful()),
    unanswered,
  };
}

async function firstOf<Item>(
  items: AsyncIterable<Item>,
  wanted: (item: Item) => boolean = () => true,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    if (wanted(item)) found.push(item);
    if (found.length === LISTED) break;
  }
  return found;
}
