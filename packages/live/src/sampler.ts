import { keysPage, LISTED, PAGE, type CompareOptions } from './compare.ts';
import type { Sampled } from './facts.ts';
import type { Side } from './model.ts';
import { routeFrom } from './route.ts';
import { mend } from './unlike.ts';

/**
 * Compares a page of each store at a time, in turn, so that what is written around the journal is seen while the move goes on: unmarked ones
 * that differ are marked, for the drainer to mend. Once the move is switched, what both stores held is kept for whoever can judge it.
 */
export class Sampler {
  readonly #options: CompareOptions;
  readonly #cursors: Partial<Record<Side, string | undefined>> = {};

  constructor(options: CompareOptions) {
    this.#options = options;
  }

  async look(from: Side): Promise<void> {
    const { journal, routes } = this.#options;
    const keys = new Set([
      ...(from === 'target' ? await this.#neverAnswered() : []),
      ...(await this.#page('source')),
      ...(await this.#page('target')),
    ]);
    const { unmarked } = await mend([...keys], { ...this.#options, route: routeFrom(routes, from) });
    const { sampled } = await journal.facts();
    const { now } = await journal.seen();
    await journal.setFact('sampled', {
      at: now,
      compared: (sampled?.compared ?? 0) + keys.size,
      differing: (sampled?.differing ?? 0) + unmarked.length,
      ids: [...unmarked, ...(sampled?.ids ?? [])].slice(0, LISTED),
      foundAt: unmarked.length > 0 ? now : sampled?.foundAt,
    } satisfies Sampled);
  }

  /** What a request that was sent before the switch may still have changed. */
  async #neverAnswered(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const write of this.#options.journal.openWrites()) if (write.side === 'source') keys.push(...write.keys);
    return keys.slice(0, PAGE);
  }

  /** The next page; after the last one, the first. */
  async #page(side: Side): Promise<readonly string[]> {
    const { keys, cursor } = await keysPage(this.#options, side, this.#cursors[side]);
    this.#cursors[side] = cursor;
    return keys;
  }
}
