import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Lock } from '@vsm/core/files';
import { conflict } from './errors.ts';
import type { LockSettings } from './files.ts';
import type { S3Entry, S3Objects } from '../s3/objects.ts';

const FOLDER = 'locks/';
/** A lock that was not renewed for so long is nobody's. By the clock of the service, which tells whole seconds. */
const STALE_MS = 120_000;
const RENEWED_MS = 20_000;

type Kind = 'backup' | 'prune';

/**
 * Locks for a service that has none: an object each, written before it is looked who else is there, so that of two that begin at once at
 * least one sees the other. Backups may lie beside each other, a prune beside nothing.
 */
export class S3Locks {
  readonly #objects: S3Objects;

  constructor(objects: S3Objects) {
    this.#objects = objects;
  }

  /** @throws VsmError `CONFLICT` */
  async take(kind: Kind, { takeOver = false }: LockSettings): Promise<Lock> {
    const path = `${FOLDER}${kind}-${randomUUID()}`;
    const renew = (): Promise<void> => this.#objects.put(path, Buffer.from(`${process.pid} on ${hostname()}`));
    await renew();
    try {
      const locks = await this.#objects.list(FOLDER);
      const now = locks.find((one) => one.path === path)?.modified ?? Date.now();
      for (const other of locks) {
        if (other.path === path || !(kind === 'prune' || isPrune(other))) continue;
        if (!takeOver && now - other.modified < STALE_MS) throw await this.#inUse(other);
        await this.#objects.remove(other.path);
      }
    } catch (cause) {
      await this.#objects.remove(path);
      throw cause;
    }
    return this.#hold(path, renew);
  }

  #hold(path: string, renew: () => Promise<void>): Lock {
    let renewed = Date.now();
    let ended = false;
    const beat = async (): Promise<void> => {
      const begun = Date.now();
      // What was taken over must not come back.
      if (ended || begun - renewed >= STALE_MS || !(await this.#isThere(path))) return;
      await renew();
      renewed = begun;
    };
    // One that cannot renew it lets it go stale.
    const beating = setInterval(() => void beat().catch(() => undefined), RENEWED_MS);
    beating.unref();
    return {
      check: async () => {
        // Half of the time: what is deleted after this must be deleted before it is stale.
        if (!ended && Date.now() - renewed < STALE_MS / 2 && (await this.#isThere(path))) return;
        throw conflict(`${this.#objects.where} was taken over by another process, so this one has stopped.`);
      },
      release: async () => {
        if (ended) return;
        ended = true;
        clearInterval(beating);
        await this.#objects.remove(path);
      },
    };
  }

  async #isThere(path: string): Promise<boolean> {
    return (await this.#objects.get(path)) !== undefined;
  }

  async #inUse(other: S3Entry): Promise<Error> {
    const holder = Buffer.from((await this.#objects.get(other.path))?.bytes ?? []).toString();
    const what = `${this.#objects.where} is in use by process ${holder}, which ${isPrune(other) ? 'deletes' : 'backs up'} (${other.path}).`;
    return conflict(`${what} Wait until it is done, or take it over where it is known to be gone.`);
  }
}

function isPrune({ path }: S3Entry): boolean {
  return path.startsWith(`${FOLDER}prune-`);
}
