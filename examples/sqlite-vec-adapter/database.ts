import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RemoteError, VsmError } from '@vsm/core/adapter';
import { load } from 'sqlite-vec';

const TABLES = `
  create table if not exists collections (name text primary key, metric text not null, dimension integer) without rowid;
  create table if not exists notes (
    collection text not null, id text not null, embedding blob not null, body text, fields text not null,
    primary key (collection, id)
  ) without rowid;`;

/** The file of the notes. It is opened by the first call, only to read until something is written, and made by the first write alone. */
export class Notes {
  /** Where it is, for messages and for whoever asks whether two stores are one. */
  readonly location: string;
  readonly #path: string;
  #reader: DatabaseSync | undefined;
  #writer: DatabaseSync | undefined;

  constructor(path: string) {
    this.#path = path;
    this.location = `notes:${path}`;
  }

  /** `undefined` where there is no file yet. */
  reading<Answer>(what: string, question: (database: DatabaseSync) => Answer): Answer | undefined {
    return attempt(what, () => {
      if (this.#writer !== undefined) return question(this.#writer);
      if (!existsSync(this.#path)) return undefined;
      this.#reader ??= open(this.#path, true);
      return question(this.#reader);
    });
  }

  /** All of it, or nothing. */
  writing<Answer>(what: string, work: (database: DatabaseSync) => Answer): Answer {
    return attempt(what, () => {
      this.#writer ??= open(this.#path, false);
      this.#writer.exec('begin immediate');
      try {
        this.#writer.exec(TABLES);
        const answer = work(this.#writer);
        this.#writer.exec('commit');
        return answer;
      } catch (error) {
        this.#writer.exec('rollback');
        throw error;
      }
    });
  }

  close(): void {
    this.#reader?.close();
    this.#writer?.close();
    this.#reader = undefined;
    this.#writer = undefined;
  }
}

function open(path: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, allowExtension: true, timeout: 1000 });
  load(database);
  return database;
}

const BUSY = new Set([5, 6]);
const NOT_A_DATABASE = 26;

/** What SQLite says, as VSM understands it. Core tries again where it may help; the adapter never does. */
function attempt<Answer>(what: string, work: () => Answer): Answer {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof Error) || !('errcode' in cause)) throw cause;
    const message = `notes: cannot ${what}: ${cause.message}`;
    if (cause.errcode === NOT_A_DATABASE) throw new VsmError('INVALID_DATA', message, { adapter: 'notes', cause });
    throw new RemoteError(message, { adapter: 'notes', retryable: BUSY.has(Number(cause.errcode)), cause });
  }
}
