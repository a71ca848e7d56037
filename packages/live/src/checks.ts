import type { CompareOptions } from './compare.ts';
import { isGapOpen, staleBefore, type MoveFacts } from './facts.ts';
import { drainsFrom, type MoveHeader, type PhaseRow } from './model.ts';
import { Sampler } from './sampler.ts';
import { verifyMove } from './verify.ts';

interface ChecksOptions extends Omit<CompareOptions, 'settleMs'> {
  readonly header: MoveHeader;
  /** How long a verification counts as fresh. */
  readonly verifyEveryMs: number;
  readonly sampleEveryMs: number;
  readonly onProblem: (problem: unknown) => void;
}

/** Verification and samples, beside the drain, which mends what they find. One of them at a time. */
export class Checks {
  readonly #options: ChecksOptions;
  readonly #compared: CompareOptions;
  readonly #sampler: Sampler;
  #running: Promise<void> | undefined;
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChecksOptions) {
    const { settleMs } = options.header;
    this.#options = options;
    this.#compared = { ...options, settleMs: Math.max(settleMs.source, settleMs.target) };
    this.#sampler = new Sampler(this.#compared);
  }

  /** Begins what is due. */
  async begin(row: PhaseRow, now: number): Promise<void> {
    const from = drainsFrom(row);
    if (this.#running !== undefined || from === undefined || row.phase === 'switching') return;
    const { journal, clock, verifyEveryMs, sampleEveryMs } = this.#options;
    const facts = await journal.facts();
    // Once it is switched, only a gap asks for it.
    const wanted = from === 'source' ? !isFresh(facts, now, verifyEveryMs) : isGapOpen(facts);
    if (wanted && now > staleBefore(facts)) {
      return this.#run(verifyMove(this.#compared, from).then((found) => journal.setFact('verified', found)));
    }
    if (clock.now() - this.#sampledAt < sampleEveryMs) return;
    this.#sampledAt = clock.now();
    this.#run(this.#sampler.look(from));
  }

  async settle(): Promise<void> {
    await this.#running;
  }

  #run(check: Promise<void>): void {
    this.#running = check
      .catch((error: unknown) => this.#options.onProblem(error))
      .finally(() => {
        this.#running = undefined;
      });
  }
}

/** Whether a verification that found nothing began after everything that asks for one. */
function isFresh(facts: MoveFacts, now: number, everyMs: number): boolean {
  const { verified } = facts;
  return (
    verified !== undefined &&
    verified.differing === 0 &&
    verified.at > staleBefore(facts) &&
    now - verified.at < everyMs
  );
}
