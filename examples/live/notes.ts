import { setTimeout as delay } from 'node:timers/promises';
import { Document } from '@langchain/core/documents';
import type { VectorStore } from '@langchain/core/vectorstores';

const TOPICS = ['ships in the harbour', 'bread from the oven', 'trams and their bells', 'salt, cloth and trade'];
const IDS = 60;

/** The text of a note in one of its versions. */
const textOf = (id: string, version: number): string => `${id}: ${TOPICS[version % TOPICS.length]}, ${version}`;

/** Notes that the application has before the move begins. */
export const EARLIER: readonly Document[] = Array.from({ length: 300 }, (_, at) => {
  const id = `earlier-${at}`;
  return new Document({ id, pageContent: textOf(id, at), metadata: { version: at } });
});

/** An application that adds, changes, deletes and searches notes, and knows what it was told of each. */
export class Notes {
  /** The text that was acknowledged last, and `undefined` where that was a deletion. */
  readonly told = new Map<string, string | undefined>(EARLIER.map(({ id = '', pageContent }) => [id, pageContent]));
  writes = 0;
  searches = 0;
  readonly #store: VectorStore;
  #working: Promise<unknown> | undefined;
  #paused = false;

  constructor(store: VectorStore) {
    this.#store = store;
  }

  /** Three at a time, each with notes of its own, until it pauses. */
  work(): void {
    this.#paused = false;
    this.#working = Promise.all([0, 1, 2].map((writer) => this.#write(writer)));
  }

  /** Until all that was begun is acknowledged. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.#working;
  }

  /** Waits until so many more writes were acknowledged. */
  async goesOn(count: number): Promise<void> {
    const until = this.writes + count;
    // One that fails is told of here.
    while (this.writes < until) await Promise.race([delay(10), this.#working]);
  }

  async #write(writer: number): Promise<void> {
    while (!this.#paused) {
      const turn = this.writes;
      // Some of its own, and some that were there before.
      const id = turn % 5 === 0 ? `earlier-${3 * (turn % 100) + writer}` : `note-${writer}-${turn % IDS}`;
      if (turn % 3 === 2) {
        await this.#store.delete({ ids: [id] });
        this.told.set(id, undefined);
      } else {
        const pageContent = textOf(id, turn);
        await this.#store.addDocuments([new Document({ id, pageContent, metadata: { version: turn } })], { ids: [id] });
        this.told.set(id, pageContent);
      }
      this.writes += 1;
      if (turn % 4 === 0) {
        await this.#store.similaritySearch(TOPICS[turn % TOPICS.length] ?? '', 5);
        this.searches += 1;
      }
    }
  }
}
