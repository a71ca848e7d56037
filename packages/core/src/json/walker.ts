import { stringEnd } from './string-end.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const [OPEN_LIST, CLOSE_LIST] = [91, 93];
const [OPEN_OBJECT, CLOSE_OBJECT] = [123, 125];

/**
 * Walks over JSON text without parsing it, so that every part can be parsed in the way it needs: vectors plainly, payloads
 * exactly. Each visitor must consume the value in front of it.
 */
export class JsonWalker {
  readonly text: string;
  #at = 0;
  constructor(text: string) {
    this.text = text;
  }

  object(visit: (key: string) => void): void {
    this.#expect(OPEN_OBJECT);
    if (this.#skipIf(CLOSE_OBJECT)) return;
    do {
      const key = this.value();
      this.#expect(COLON);
      visit(key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1));
    } while (this.#skipIf(COMMA));
    this.#expect(CLOSE_OBJECT);
  }

  array(visit: () => void): void {
    this.#expect(OPEN_LIST);
    if (this.#skipIf(CLOSE_LIST)) return;
    do visit();
    while (this.#skipIf(COMMA));
    this.#expect(CLOSE_LIST);
  }

  /** The text of the next value, whatever it is. */
  value(): string {
    const start = this.#space();
    const first = this.text.charCodeAt(start);
    if (first === QUOTE) this.#at = this.#endOfString(start);
    else if (first === OPEN_OBJECT || first === OPEN_LIST) this.#at = this.#endOfNested(start);
    else this.#at = this.#endOfScalar(start);
    return this.text.slice(start, this.#at);
  }

  /** The text of the next value, which holds numbers only. One flat list, as most vectors are, is found without a walk. */
  numbers(): string {
    const start = this.#space();
    if (this.text.charCodeAt(start) !== OPEN_LIST) return this.value();
    let inner = start + 1;
    while (this.text.charCodeAt(inner) <= 32) inner += 1;
    const end = this.text.indexOf(']', inner);
    if (this.text.charCodeAt(inner) === OPEN_LIST || end === -1) return this.value();
    this.#at = end + 1;
    return this.text.slice(start, this.#at);
  }

  /** Whether the next value is an object. */
  isObject(): boolean {
    return this.text.charCodeAt(this.#space()) === OPEN_OBJECT;
  }

  #space(): number {
    while (this.text.charCodeAt(this.#at) <= 32) this.#at += 1;
    return this.#at;
  }

  #skipIf(code: number): boolean {
    if (this.text.charCodeAt(this.#space()) !== code) return false;
    this.#at += 1;
    return true;
  }

  #expect(code: number): void {
    if (this.#skipIf(code)) return;
    throw new SyntaxError(`expected ${String.fromCharCode(code)} at ${this.#at} of ${this.text.length} characters`);
  }

  #endOfString(start: number): number {
    const end = stringEnd(this.text, start);
    if (end !== undefined) return end;
    throw new SyntaxError(`a string without end at ${start} of ${this.text.length} characters`);
  }

  #endOfNested(start: number): number {
    let depth = 0;
    for (let at = start; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) at = this.#endOfString(at) - 1;
      else if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    throw new SyntaxError(`a bracket without end at ${start} of ${this.text.length} characters`);
  }

  #endOfScalar(start: number): number {
    let at = start;
    for (let code = this.text.charCodeAt(at); at < this.text.length; code = this.text.charCodeAt(at)) {
      if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST || code <= 32) break;
      at += 1;
    }
    if (at === start) throw new SyntaxError(`expected a value at ${start} of ${this.text.length} characters`);
    return at;
  }
}
