import { VsmError } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { SendGuard, WriteActions } from './actions.ts';
import type { Gap } from './gap.ts';
import { JournalAway, type Instance } from './instance.ts';
import type { Journal } from './journal.ts';
import { isMarked, writesTo, type OpenWrite, type PhaseRow, type Side } from './model.ts';

export interface WriterOptions {
  readonly journal: Journal;
  readonly instance: Instance;
  readonly clock: Clock;
  /** How long each store may show what was before, by the move's header. */
  readonly settleMs: Readonly<Record<Side, number>>;
  /** Writes that a switch holds at once; one more fails. */
  readonly mostHeld: number;
  /** Where writes go while the journal is away; nowhere, without it. */
  readonly gap?: Gap | undefined;
}

const HOLD_POLL_MS = 50;
/** Instead of an error, of which each is made with its place in the code, and nobody looks at it. */
const ENDED = 'ended';

/** Sends writes to the store that takes them, with a mark before and word after. */
export class Writer {
  readonly #options: WriterOptions;
  #held = 0;
  /** The longest that a write was held, in milliseconds. */
  longestHoldMs = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write<Result>(keys: readonly string[], actions: WriteActions<Result>): Promise<Result> {
    const { instance, gap } = this.#options;
    for (;;) {
      const { row, away } = await this.#phase();
      const side = writesTo(row);
      if (away && gap !== undefined && side !== undefined) return gap.write(row, side, keys, actions);
      if (side === undefined) {
        if (!(await this.#hold(row))) continue;
        const written = await this.#marked('source', keys, actions);
        if (written !== MOVED) return written;
        continue;
      }
      const pending = instance.enter(row);
      try {
        if (!isMarked(row)) return await this.#unmarked(side, keys, actions);
        const written = await this.#marked(side, keys, actions);
        if (written !== MOVED) return written;
      } catch (error) {
        // Its begin was not answered; the next look at the phase says that the journal is away.
        if (gap === undefined || !(error instanceof JournalAway)) throw error;
        continue;
      } finally {
        instance.leave(pending);
      }
      if (gap === undefined) await instance.renew();
      else await instance.renew().catch(() => undefined);
    }
  }

  /** The phase; as it was seen last where the journal is away and the application goes on. */
  async #phase(): Promise<{ readonly row: PhaseRow; readonly away: boolean }> {
    const { instance, gap } = this.#options;
    const { seen } = instance;
    if (gap === undefined || seen === undefined) return { row: await instance.phase(), away: false };
    if (instance.away) return { row: seen, away: true };
    const row = await instance.phase().catch(() => undefined);
    return { row: row ?? seen, away: row === undefined };
  }

  async #unmarked<Result>(side: Side, keys: readonly string[], actions: WriteActions<Result>): Promise<Result> {
    const { instance, journal, clock } = this.#options;
    const { lease, late } = journal.timings;
    const [started, lapses] = [clock.now(), instance.lapses];
    let result: Result;
    try {
      result = await actions[side](() => {
        // One that was given up meanwhile may be in a phase by now in which writes are marked.
        if (!instance.current || instance.lapses !== lapses) throw tooLate(journal);
      });
    } catch (error) {
      instance.mayLand();
      throw error;
    }
    if (clock.now() - started <= lease + late) return result;
    // It may have stood still, and the move gone on without it.
    // What the journal does not hear of is not acknowledged, nor sent a second time.
    const row = await instance.renew().catch(() => undefined);
    if (row === undefined || writesTo(row) !== side) throw moved(side);
    if (isMarked(row)) await instance.answered(journal.touched(keys)).catch(() => Promise.reject(moved(side)));
    return result;
  }

  async #marked<Result>(
    side: Side,
    keys: readonly string[],
    actions: WriteActions<Result>,
  ): Promise<Result | typeof MOVED> {
    const { journal, instance } = this.#options;
    if (!journal.keeps('begin-first')) return this.#touched(side, keys, actions);
    const begin = new Beginning(this.#options, side, keys);
    if (!(await begin.first())) return MOVED;
    const stop = new AbortController();
    const repeating = begin.repeat(stop.signal);
    const end = async (answered: boolean): Promise<boolean> => {
      const held = begin.held;
      stop.abort(ENDED);
      await repeating;
      const { begun } = begin;
      if (begun === undefined) return held;
      const told =
        answered || !journal.keeps('failed-not-done')
          ? journal.done(begun, this.#options.settleMs[side])
          : journal.unanswered(begun).then(() => held);
      // The mark outlives the write where the journal does not hear of its end.
      return instance.answered(told).catch(() => held);
    };
    let result: Result;
    try {
      // It may have stood still since it asked.
      begin.guard();
      result = await actions[side](begin.guard);
    } catch (error) {
      await end(false);
      throw error;
    }
    if (!(await end(actions.retries !== 'client'))) throw moved(side);
    return result;
  }

  /** As code does that cannot be wrapped: what dies in between leaves no mark. */
  async #touched<Result>(side: Side, keys: readonly string[], actions: WriteActions<Result>): Promise<Result> {
    const result = await actions[side](() => undefined);
    await this.#options.journal.touched(keys);
    return result;
  }

  /** Waits for a switch on its way to end, one way or the other. @returns whether to write as before, on its own clock */
  async #hold({ version }: PhaseRow): Promise<boolean> {
    const { journal, instance, clock, mostHeld } = this.#options;
    if (this.#held >= mostHeld) throw busy(`${mostHeld} writes are held by a switch of stores already`);
    this.#held += 1;
    const started = clock.now();
    const { hold, answer } = journal.timings;
    const over = new AbortController();
    // A journal that answers late holds no write for longer.
    const late = clock.sleep(hold + answer, over.signal).then(() => {
      throw busy('a switch of stores held this write for too long');
    });
    late.catch(() => undefined);
    const asked = <Answer>(question: Promise<Answer>): Promise<Answer | undefined> =>
      Promise.race([question.catch(() => undefined), late]);
    try {
      for (;;) {
        await clock.sleep(HOLD_POLL_MS);
        const row = await asked(instance.renew());
        if (row !== undefined && row.phase !== 'switching') return false;
        if (clock.now() - started <= hold) continue;
        if (!journal.keeps('held-asks')) return true;
        await asked(instance.answered(journal.fallBack(version)));
      }
    } finally {
      over.abort(ENDED);
      this.#held -= 1;
      this.longestHoldMs = Math.max(this.longestHoldMs, clock.now() - started);
    }
  }
}

const MOVED: unique symbol = Symbol('the phase has moved on');

/** The begin of one write: how long it lets the write be sent, and its repetition while that is prepared. */
class Beginning {
  readonly #options: WriterOptions;
  readonly #side: Side;
  readonly #keys: readonly string[];
  #until = Number.NEGATIVE_INFINITY;
  begun: OpenWrite | undefined;

  constructor(options: WriterOptions, side: Side, keys: readonly string[]) {
    this.#options = options;
    this.#side = side;
    this.#keys = keys;
  }

  /** @returns whether the store still takes writes */
  async first(): Promise<boolean> {
    const { journal, clock, instance } = this.#options;
    const asked = clock.now();
    const answer = await instance.answered(journal.begin(this.#side, this.#keys, this.begun));
    if ('refused' in answer) return false;
    this.begun = answer;
    this.#until = (journal.keeps('from-sending') ? asked : clock.now()) + journal.timings.lease;
    return true;
  }

  /** Whether its marks are certainly there: no switch has gone by them. */
  get held(): boolean {
    const { journal, clock } = this.#options;
    return clock.now() <= this.#until + journal.timings.late;
  }

  /** Until the write has ended. */
  async repeat(signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#options;
    if (!journal.keeps('begin-repeated')) return;
    for (;;) {
      await clock.sleep(journal.timings.lease / 3, signal);
      if (signal.aborted) return;
      // Where it is not answered, the guard says so in time.
      await this.first().catch(() => undefined);
    }
  }

  readonly guard: SendGuard = () => {
    const { clock, journal, instance } = this.#options;
    if (!journal.keeps('sent-in-time')) return;
    if (clock.now() > this.#until || !instance.current) throw tooLate(journal);
  };
}

function tooLate({ move }: Journal): VsmError {
  return new VsmError(
    'ABORTED',
    `The write was not sent: the journal of the move "${move}" was not asked lately enough. Try again.`,
  );
}

/** It stood still for longer than its marks are held. */
function moved(side: Side): VsmError {
  return new VsmError(
    'CONFLICT',
    `The write reached the ${side} minutes after it was begun, and the move may have switched to the other store meanwhile: ` +
      'it does not count, and where it was late it is listed by vsm live status. Look at the record, and write it again.',
  );
}

function busy(why: string): VsmError {
  return new VsmError('ABORTED', `The write was not sent: ${why}. Try again.`);
}
