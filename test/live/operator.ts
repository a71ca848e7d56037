import { setTimeout as delay } from 'node:timers/promises';
import { insist } from './insist.ts';
import { back, next, type Journal, type Phase, type StepOutcome } from '@vsm/live';

/** From each of these there is a way back. */
export const LEFT_BACKWARDS = ['journal', 'backfill', 'drain', 'shadow', 'canary', 'switched'] as const;

const ORDER: readonly Phase[] = ['off', 'journal', 'backfill', 'drain', 'shadow', 'canary', 'switching', 'switched'];

interface OperatorOptions {
  readonly journal: Journal;
  readonly random: () => number;
  /** A switch is about to begin. */
  readonly onAttempt: () => void;
  /** A step further is about to be taken. */
  readonly onNext: () => Promise<void>;
  /** A phase was reached. */
  readonly onPhase: (phase: Phase) => Promise<void>;
}

/** Whoever takes the steps of a move, and knows how many switches there were. */
export class Operator {
  readonly #options: OperatorOptions;
  /** Steps back, by the phase that they left. */
  readonly left = new Map<Phase, number>();
  attempts = 0;
  fallbacks = 0;
  /** What steps waited for. */
  readonly blocked = new Map<string, number>();

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** Takes steps there, in whichever direction it is. */
  async reach(phase: Phase): Promise<void> {
    for (;;) {
      const { row } = await insist(() => this.#options.journal.seen());
      if (row.phase === phase) return;
      await (ORDER.indexOf(row.phase) > ORDER.indexOf(phase) && row.phase !== 'switching' ? this.back() : this.next());
    }
  }

  async next(): Promise<void> {
    const { journal, random, onAttempt, onNext } = this.#options;
    await onNext();
    const { row } = await insist(() => journal.seen());
    if (row.phase === 'canary') {
      onAttempt();
      if (random() < 0.15) return this.#abandon(row.version, row.percent);
    }
    await this.#took(
      row.phase,
      await insist(() => next(journal, { gates: false, percent: row.phase === 'shadow' ? 50 : undefined })),
    );
  }

  async back(): Promise<void> {
    const { journal, onAttempt } = this.#options;
    const { row } = await insist(() => journal.seen());
    if (row.phase === 'switched') onAttempt();
    const step = await insist(() => back(journal));
    if (await this.#took(row.phase, step)) this.left.set(row.phase, (this.left.get(row.phase) ?? 0) + 1);
  }

  /** Who begins a switch dies in it: somebody else has to end it. */
  async #abandon(version: number, percent: number | undefined): Promise<void> {
    const { journal } = this.#options;
    const holdMs = journal.timings.hold;
    const row = await journal.change(version, { phase: 'switching', from: 'canary', to: 'switched', percent, holdMs });
    if (row.phase !== 'switching') return;
    this.attempts += 1;
    this.fallbacks += 1;
    await delay(1.5 * holdMs);
  }

  /** @returns whether the step was taken */
  async #took(from: Phase, { row, blocked }: StepOutcome): Promise<boolean> {
    const fellBack = blocked.some((why) => why.includes('fell back'));
    if (row.phase === 'switched' || (from === 'switched' && blocked.length === 0) || fellBack) this.attempts += 1;
    if (fellBack) this.fallbacks += 1;
    for (const why of blocked) {
      const kind = why.replaceAll(/\d+/g, 'N').replaceAll(/instance \S+/g, 'instance …');
      this.blocked.set(kind, (this.blocked.get(kind) ?? 0) + 1);
    }
    if (row.phase !== from) await this.#options.onPhase(row.phase);
    if (blocked.length > 0) await delay(150);
    return blocked.length === 0;
  }
}
