import { join } from 'node:path';
import { lock, type Lock } from '@vsm/core/files';

interface Slot {
  readonly lock: Promise<Lock> | undefined;
  readonly users: Set<TableLock>;
  writing: Promise<unknown>;
}

/** By table. Collections of one process share the lock and write one after the other. */
const slots = new Map<string, Slot>();

/**
 * Keeps two processes from writing one table: merges at the same time leave a record in two rows. Held from the first write until what
 * was written is flushed, in a file beside the table. In object storage, where no file can be locked, only this process is kept in order.
 */
export class TableLock {
  /** The folder or bucket of the table. */
  readonly where: string;
  readonly #key: string;
  readonly #folder: string | undefined;
  readonly #what: string;
  readonly #takeOver: boolean;
  readonly #name: string;

  constructor(where: string, folder: string | undefined, name: string, takeOver: boolean) {
    this.where = where;
    this.#key = JSON.stringify([where, name]);
    this.#folder = folder;
    this.#name = name;
    this.#what = `lancedb: table "${name}" in ${where}`;
    this.#takeOver = takeOver;
  }

  /** Does it while nobody else writes. @throws VsmError `CONFLICT` where another process writes */
  async exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const slot = this.#slot();
    const result = slot.writing.then(async () => {
      await (await slot.lock)?.check();
      return work();
    });
    slot.writing = result.catch(() => undefined);
    try {
      return await result;
    } catch (cause) {
      // Where the lock could not be had, the next one asks for it anew.
      if (slots.get(this.#key) === slot && slot.lock !== undefined) {
        await slot.lock.catch(() => slots.delete(this.#key));
      }
      throw cause;
    }
  }

  async release(): Promise<void> {
    const slot = slots.get(this.#key);
    if (slot === undefined || !slot.users.delete(this) || slot.users.size > 0) return;
    slots.delete(this.#key);
    await (await slot.lock?.catch(() => undefined))?.release();
  }

  #slot(): Slot {
    const known = slots.get(this.#key);
    const slot = known ?? { lock: this.#take(), users: new Set(), writing: Promise.resolve() };
    // Whoever waits for it sees the error.
    slot.lock?.catch(() => undefined);
    slot.users.add(this);
    slots.set(this.#key, slot);
    return slot;
  }

  #take(): Promise<Lock> | undefined {
    if (this.#folder === undefined) return undefined;
    return lock(join(this.#folder, `.${this.#name}.vsm-lock`), { what: this.#what, takeOver: this.#takeOver });
  }
}
