import { ValidationError } from '@vsm/core';
import type { Instance, Pending } from './instance.ts';
import type { Journal } from './journal.ts';
import type { PhaseRow, Side } from './model.ts';
import type { WriteActions } from './actions.ts';

interface GapOptions {
  readonly journal: Journal;
  readonly instance: Instance;
  /** How long each store may show what was before, by the move's header. */
  readonly settleMs: Readonly<Record<Side, number>>;
  /** Ids that are remembered; of what is written beyond, only that it was is told. */
  readonly mostIds: number;
}

/** Ids of one word to the journal. */
const TOLD_AT_ONCE = 200;

/** Writes that go on while the journal is away, and the ids that they touched, for when it is back. */
export class Gap {
  readonly #options: GapOptions;
  /** Whether what was sent may still land. */
  #keys = new Map<string, boolean>();
  #side: Side = 'source';
  #overflowed = false;
  #writing = 0;
  /** No later phase is acknowledged before all of it is told. */
  #pending: Pending | undefined;
  #telling: Promise<void> | undefined;

  constructor(options: GapOptions) {
    this.#options = options;
  }

  /** Sends to the store that took writes when the journal was heard of last. */
  async write<Result>(
    row: PhaseRow,
    side: Side,
    keys: readonly string[],
    actions: WriteActions<Result>,
  ): Promise<Result> {
    const { journal, instance } = this.#options;
    this.#pending ??= journal.keeps('gap-pending') ? instance.enter(row) : { version: row.version };
    this.#side = side;
    this.#writing += 1;
    let answered = false;
    try {
      const result = await actions[side](() => undefined);
      answered = actions.retries !== 'client';
      return result;
    } finally {
      this.#note(keys, !answered);
      this.#writing -= 1;
    }
  }

  /** Tells what was written. One word at a time; what the journal does not answer is told again. */
  tell(): Promise<void> {
    if (this.#pending === undefined) return Promise.resolve();
    this.#telling ??= this.#tell(this.#pending).finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tell(pending: Pending): Promise<void> {
    const { journal, instance, settleMs } = this.#options;
    if (this.#overflowed) {
      // What is forgotten while this is told is told once more.
      this.#overflowed = false;
      try {
        await tellGap(journal, 'an instance has forgotten which ids it wrote without the journal');
      } catch (error) {
        this.#overflowed = true;
        throw error;
      }
    }
    for (const mayLand of [false, true]) {
      const keys = [...this.#keys].filter(([, may]) => may === mayLand).map(([key]) => key);
      for (let at = 0; at < keys.length; at += TOLD_AT_ONCE) {
        const some = keys.slice(at, at + TOLD_AT_ONCE).toSorted();
        const write = { id: journal.newName(), side: this.#side, keys: some, at: 0 };
        for (const key of some) this.#keys.delete(key);
        try {
          if (journal.keeps('gap-told'))
            await (mayLand ? journal.unanswered(write) : journal.done(write, settleMs[this.#side]));
        } catch (error) {
          this.#note(some, mayLand);
          throw error;
        }
      }
    }
    if (this.#writing > 0 || this.#keys.size > 0 || this.#overflowed) return;
    instance.leave(pending);
    this.#pending = undefined;
  }

  #note(keys: readonly string[], mayLand: boolean): void {
    for (const key of keys) {
      if (this.#keys.has(key) || this.#keys.size < this.#options.mostIds) {
        this.#keys.set(key, mayLand || this.#keys.get(key) === true);
      } else this.#overflowed = true;
    }
  }
}

/** Some writes left no mark, and nobody knows which. The last of them may land yet: what is verified before then says nothing. */
export async function tellGap(journal: Journal, why: string): Promise<void> {
  if (!journal.keeps('gap-verified')) return;
  const { now } = await journal.seen();
  await journal.setFact('gap', { at: now + (journal.keeps('gap-late') ? journal.timings.late : 0), why });
}

/** What becomes of writes while the journal is away. */
export type WhenJournalIsDown = 'refuse-writes' | 'record-gap';

/** @throws ValidationError for whoever has not said */
export function checkWhenDown(said: unknown): asserts said is WhenJournalIsDown {
  if (said === 'refuse-writes' || said === 'record-gap') return;
  throw new ValidationError(
    "Say what becomes of writes when the journal is away: whenJournalIsDown: 'refuse-writes', or 'record-gap' to go on and tell the journal later.",
  );
}
