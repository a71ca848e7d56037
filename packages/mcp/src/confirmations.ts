import { randomUUID } from 'node:crypto';

/** What somebody looked at, and may now ask to be carried out. */
export type Confirmable =
  | {
      readonly kind: 'plan';
      readonly words: readonly string[];
      /** Options that the plan was made with, and that carrying it out needs again. */
      readonly options: readonly string[];
      readonly plan: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'run'; readonly runId: string };

/** A plan that is older says little about the stores. */
const LIFETIME_MS = 30 * 60_000;
const MOST = 100;

/** Tokens of what was shown. Each is good once, for half an hour, in this process. */
export class Confirmations {
  readonly #open = new Map<string, { readonly what: Confirmable; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  offer(what: Confirmable): string {
    const token = randomUUID();
    this.#open.set(token, { what, until: this.#now() + LIFETIME_MS });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) this.#open.delete(oldest);
    return token;
  }

  /** What the token stands for, if it is of this kind and still good. It is not afterwards. */
  take<Kind extends Confirmable['kind']>(token: string, kind: Kind): Extract<Confirmable, { kind: Kind }> | undefined {
    const entry = this.#open.get(token);
    if (entry === undefined || entry.what.kind !== kind) return undefined;
    this.#open.delete(token);
    return entry.until < this.#now() ? undefined : (entry.what as Extract<Confirmable, { kind: Kind }>);
  }
}
