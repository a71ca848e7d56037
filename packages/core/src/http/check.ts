import type { JsonObject } from '../spec/json-value.ts';

/** An answer that is a success and still not what was asked for. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
  /** Whether the answer ends before its time, so that the same request may be answered in full. */
  readonly cut: boolean;
  constructor(problem: string, options: { readonly cut?: boolean; readonly cause?: unknown } = {}) {
    super(problem, options.cause === undefined ? undefined : { cause: options.cause });
    this.cut = options.cut ?? false;
  }
}

/** Checks of answers that people rely on. Each gives the value back, or throws {@link WrongAnswer} with `what` it should have been. */

export function checkCount(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new WrongAnswer(`${what} must be a whole number from 0 on, but is ${show(value)}`);
}

export function checkText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new WrongAnswer(`${what} must be a text, but is ${show(value)}`);
}

export function checkObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new WrongAnswer(`${what} must be an object, but is ${show(value)}`);
}

/** `most`: as many as were asked for. */
export function checkList(value: unknown, what: string, most: number = Number.POSITIVE_INFINITY): readonly unknown[] {
  if (!Array.isArray(value)) throw new WrongAnswer(`${what} must be a list, but is ${show(value)}`);
  if (value.length > most)
    throw new WrongAnswer(`${what} must hold at most ${most}, as asked, but holds ${value.length}`);
  return value;
}

export function checkNumber(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new WrongAnswer(`${what} must be a number, but is ${show(value)}`);
}

/** The names of what a listing holds, in order. */
export function checkNames(value: unknown, what: string): string[] {
  const nameOf = (one: unknown): string => checkText(checkObject(one, `one of ${what}`)['name'], `a name of ${what}`);
  return checkList(value, what).map(nameOf).toSorted();
}

/** Names that one store can have; a listing that goes on behind them does not end. */
const MOST_NAMES = 100_000;

/** Collects the pages of a listing, and notices one that never ends. */
export class EndingList {
  readonly #what: string;
  readonly #seen = new Set<string>();

  constructor(what: string) {
    this.#what = what;
  }

  get values(): string[] {
    return [...this.#seen];
  }

  /** @throws WrongAnswer for a page that was there before, and behind more names than there can be. */
  add(page: readonly string[]): void {
    const before = this.#seen.size;
    for (const name of page) this.#seen.add(name);
    if (page.length > 0 && this.#seen.size === before) {
      throw new WrongAnswer(
        `${this.#what} does not end: a page holds nothing but what came before, such as ${show(page[0])}`,
      );
    }
    if (this.#seen.size > MOST_NAMES)
      throw new WrongAnswer(`${this.#what} does not end: ${this.#seen.size} came so far`);
  }
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text;
}

/** The rows of an answer that the plain `JSON.parse` read. @throws WrongAnswer where it is none, or longer than asked */
export function plainRows<Row = JsonObject>(value: unknown, what: string, most: number): Row[] {
  return checkList(value, what, most).map((row) => checkObject(row, what) as Row);
}
