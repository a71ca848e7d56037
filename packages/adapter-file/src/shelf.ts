import { VsmError } from '@vsm/core/adapter';
import type { FileOptions } from './options.ts';
import type { Place } from './place.ts';
import { dropDamaged } from './pending-changes.ts';
import { StoredCollection } from './stored-collection.ts';

interface Slot {
  readonly stored: Promise<StoredCollection | undefined>;
  users: number;
}

/** Collections that are open in this process, by file: two stores of one place must see each other's writes. */
const slots = new Map<string, Slot>();

/** What one store has open. */
export class Shelf {
  readonly #options: FileOptions;
  /** With the key of each. One key can have two: what was open stays so when another process replaces the file. */
  readonly #open = new Map<Slot, string>();

  constructor(options: FileOptions) {
    this.#options = options;
  }

  async open(place: Place): Promise<StoredCollection | undefined> {
    const key = this.#key(place);
    const known = await this.#current(key);
    if (known !== undefined) return known;
    const slot = slots.get(key) ?? { stored: StoredCollection.open(place, this.#options), users: 0 };
    return this.#take(key, slot);
  }

  /** @throws VsmError `CONFLICT` where an unfinished export is there already. */
  async create(place: Place, schema: Parameters<typeof StoredCollection.create>[2]): Promise<void> {
    // Only what was made is put there: a second try that fails must not take the place of the first.
    const stored = await StoredCollection.create(place, this.#options, schema);
    await this.#take(this.#key(place), { stored: Promise.resolve(stored), users: 0 });
  }

  /** Deletes a collection, of which all stores of the process let go. Of ours, also what cannot be opened: half-sent, or damaged. */
  async drop(place: Place): Promise<void> {
    try {
      await (await this.open(place))?.drop();
    } catch (cause) {
      const isDamaged = VsmError.isInstance(cause) && cause.code === 'INVALID_DATA';
      if (!isDamaged || !(await dropDamaged(place, this.#options))) throw cause;
    }
    slots.delete(this.#key(place));
  }

  async close(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    for (const [slot, key] of open) {
      slot.users -= 1;
      if (slot.users > 0) continue;
      if (slots.get(key) === slot) slots.delete(key);
      await (await slot.stored)?.close();
    }
  }

  async #current(key: string): Promise<StoredCollection | undefined> {
    const slot = slots.get(key);
    const stored = await slot?.stored;
    if (slot === undefined || stored === undefined) return undefined;
    if (!(await stored.isOutdated())) return this.#take(key, slot);
    // Whoever has the old content open goes on reading it.
    if (slots.get(key) === slot) slots.delete(key);
    return undefined;
  }

  async #take(key: string, slot: Slot): Promise<StoredCollection | undefined> {
    slots.set(key, slot);
    try {
      const stored = await slot.stored;
      if (stored === undefined) {
        if (slots.get(key) === slot) slots.delete(key);
      } else if (!this.#open.has(slot)) {
        this.#open.set(slot, key);
        slot.users += 1;
      }
      return stored;
    } catch (cause) {
      if (slots.get(key) === slot) slots.delete(key);
      throw cause;
    }
  }

  #key({ path }: Place): string {
    return JSON.stringify([path, this.#options]);
  }
}
