import { float } from '@vsm/core/adapter';
import { FOREIGN, OPCODES } from './opcodes.ts';
import { integerOf, PickledName, PickledObject, type PickleValue } from './values.ts';

/** What a pickle holds that is not read: it is parsed, and nothing in it is ever run. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one pickle. `types` are the classes whose objects are taken, as `module.name`; they become {@link PickledObject}s.
 * @throws PickleError for everything else, a cut one included
 */
export function readPickle(bytes: Uint8Array, types: ReadonlySet<string>): PickleValue {
  return new Machine(bytes, types).run();
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #types: ReadonlySet<string>;
  #at = 0;
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo: PickleValue[] = [];

  constructor(bytes: Uint8Array, types: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#types = types;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#byte();
      if (opcode === OPCODES.STOP) return this.#pop();
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    switch (opcode) {
      case OPCODES.PROTO:
        this.#take(1);
        return;
      case OPCODES.FRAME:
        this.#take(8);
        return;
      case OPCODES.MARK:
        this.#marks.push(this.#stack);
        this.#stack = [];
        return;
      case OPCODES.MEMOIZE:
        this.#memo.push(this.#top());
        return;
      case OPCODES.BINPUT:
        this.#memo[this.#byte()] = this.#top();
        return;
      case OPCODES.LONG_BINPUT:
        this.#memo[this.#length(this.#uint32())] = this.#top();
        return;
      case OPCODES.BINGET:
        return this.#push(this.#remembered(this.#byte()));
      case OPCODES.LONG_BINGET:
        return this.#push(this.#remembered(this.#uint32()));
      case OPCODES.APPEND:
      case OPCODES.APPENDS:
      case OPCODES.ADDITEMS:
      case OPCODES.SETITEM:
      case OPCODES.SETITEMS:
        return this.#fill(opcode);
      case OPCODES.GLOBAL:
      case OPCODES.STACK_GLOBAL:
      case OPCODES.NEWOBJ:
      case OPCODES.NEWOBJ_EX:
      case OPCODES.REDUCE:
      case OPCODES.BUILD:
        return this.#object(opcode);
      default:
        return this.#push(this.#value(opcode));
    }
  }

  #value(opcode: number): PickleValue {
    switch (opcode) {
      case OPCODES.NONE:
        return null;
      case OPCODES.NEWTRUE:
        return true;
      case OPCODES.NEWFALSE:
        return false;
      case OPCODES.BININT:
        return this.#at4((at) => this.#view.getInt32(at, true));
      case OPCODES.BININT1:
        return this.#byte();
      case OPCODES.BININT2:
        return this.#byte() + 256 * this.#byte();
      case OPCODES.LONG1:
        return integerOf(this.#take(this.#byte()));
      case OPCODES.BINFLOAT: {
        const at = this.#at;
        this.#take(8);
        return float(this.#view.getFloat64(at, false));
      }
      case OPCODES.SHORT_BINUNICODE:
        return this.#text(this.#byte());
      case OPCODES.BINUNICODE:
        return this.#text(this.#uint32());
      case OPCODES.BINUNICODE8:
        return this.#text(this.#uint64());
      case OPCODES.SHORT_BINBYTES:
        return this.#take(this.#byte());
      case OPCODES.BINBYTES:
        return this.#take(this.#uint32());
      case OPCODES.BINBYTES8:
        return this.#take(this.#uint64());
      case OPCODES.EMPTY_DICT:
        return new Map();
      case OPCODES.EMPTY_LIST:
      case OPCODES.EMPTY_TUPLE:
        return [];
      case OPCODES.EMPTY_SET:
        return new Set();
      case OPCODES.TUPLE:
        return this.#items();
      case OPCODES.TUPLE1:
        return this.#last(1);
      case OPCODES.TUPLE2:
        return this.#last(2);
      case OPCODES.TUPLE3:
        return this.#last(3);
      default: {
        const name = FOREIGN[opcode] ?? `0x${opcode.toString(16).padStart(2, '0')}`;
        throw new PickleError(`the opcode ${name} at byte ${this.#at - 1} is none of those that data is made of`);
      }
    }
  }

  #fill(opcode: number): void {
    const items =
      opcode === OPCODES.APPEND ? this.#last(1) : opcode === OPCODES.SETITEM ? this.#last(2) : this.#items();
    const holder = this.#top();
    if (opcode === OPCODES.APPEND || opcode === OPCODES.APPENDS) {
      if (!Array.isArray(holder)) throw this.#torn();
      for (const item of items) holder.push(item);
      return;
    }
    if (opcode === OPCODES.ADDITEMS) {
      if (!(holder instanceof Set)) throw this.#torn();
      for (const item of items) holder.add(item);
      return;
    }
    if (!(holder instanceof Map) || items.length % 2 !== 0) throw this.#torn();
    for (let at = 0; at < items.length; at += 2) holder.set(items[at] as PickleValue, items[at + 1] as PickleValue);
  }

  #object(opcode: number): void {
    switch (opcode) {
      case OPCODES.GLOBAL:
        return this.#name(this.#line(), this.#line());
      case OPCODES.STACK_GLOBAL: {
        const [module, name] = this.#last(2);
        return this.#name(module, name);
      }
      case OPCODES.BUILD: {
        const state = this.#pop();
        const object = this.#top();
        if (!(object instanceof PickledObject)) throw this.#torn();
        object.state = state;
        return;
      }
      default: {
        const parts = this.#last(opcode === OPCODES.NEWOBJ_EX ? 3 : 2);
        const [type] = parts;
        if (!(type instanceof PickledName)) throw this.#torn();
        return this.#push(
          new PickledObject(type.type, parts.length === 2 ? (parts[1] as PickleValue) : parts.slice(1)),
        );
      }
    }
  }

  #name(module: PickleValue | undefined, name: PickleValue | undefined): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#torn();
    const type = `${module}.${name}`;
    if (this.#types.has(type)) return this.#push(new PickledName(type));
    throw new PickleError(`it names ${JSON.stringify(type).slice(1, -1)}, which is none of the classes that are read`);
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end === -1) throw this.#torn();
    const text = this.#text(end - this.#at);
    this.#at += 1;
    return text;
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    try {
      return UTF8.decode(bytes);
    } catch {
      // Python writes half of a surrogate pair as three bytes, which no text of other stores can hold.
      throw new PickleError(`the text at byte ${this.#at - length} is not UTF-8`);
    }
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#torn();
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#torn();
    return value;
  }

  #last(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#torn();
    return this.#stack.splice(this.#stack.length - count);
  }

  #items(): PickleValue[] {
    const items = this.#stack;
    const before = this.#marks.pop();
    if (before === undefined) throw this.#torn();
    this.#stack = before;
    return items;
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo[index];
    if (value === undefined) throw this.#torn();
    return value;
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #uint32(): number {
    return this.#at4((at) => this.#view.getUint32(at, true));
  }

  #uint64(): number {
    return this.#uint32() + 2 ** 32 * this.#uint32();
  }

  #at4(read: (at: number) => number): number {
    const at = this.#at;
    this.#take(4);
    return read(at);
  }

  /** No place in the memo is further than there are bytes. */
  #length(length: number): number {
    if (length > this.#bytes.length) throw this.#torn();
    return length;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) {
      throw new PickleError(`it is cut: it ends at byte ${this.#bytes.length}`);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #torn(): PickleError {
    return new PickleError(`what stands at byte ${this.#at - 1} does not fit what stands before it`);
  }
}
