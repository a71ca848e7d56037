import { float } from '@vsm/core/adapter';
import { PickleBytes, PickleError } from './bytes.ts';
import { FOREIGN, OPCODES } from './opcodes.ts';
import { integerOf, PickledName, PickledObject, type PickleValue } from './values.ts';

/**
 * Reads one pickle. `types` are the classes whose objects are taken, as `module.name`; they become {@link PickledObject}s.
 * Those of other classes, which are never looked up either, are refused, or become the same where they are to be `kept`.
 * @throws PickleError for everything else, a cut one included
 */
export function readPickle(bytes: Uint8Array, types: ReadonlySet<string>, others: Others = 'refused'): PickleValue {
  return new Machine(bytes, types, others).run();
}

/** Before Python 3.8, a pickle calls these with a list. */
const SETS: ReadonlySet<string> = new Set(['builtins.set', 'builtins.frozenset']);

/** What becomes of objects of classes that are not known. */
export type Others = 'refused' | 'kept';

class Machine {
  readonly #bytes: PickleBytes;
  readonly #types: ReadonlySet<string>;
  readonly #others: Others;
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo: PickleValue[] = [];

  constructor(bytes: Uint8Array, types: ReadonlySet<string>, others: Others) {
    this.#bytes = new PickleBytes(bytes);
    this.#types = types;
    this.#others = others;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#bytes.byte();
      if (opcode === OPCODES.STOP) return this.#pop();
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    switch (opcode) {
      case OPCODES.PROTO:
        this.#bytes.take(1);
        return;
      case OPCODES.FRAME:
        this.#bytes.take(8);
        return;
      case OPCODES.MARK:
        this.#marks.push(this.#stack);
        this.#stack = [];
        return;
      case OPCODES.MEMOIZE:
        this.#memo.push(this.#top());
        return;
      case OPCODES.BINPUT:
        this.#memo[this.#bytes.byte()] = this.#top();
        return;
      case OPCODES.LONG_BINPUT:
        this.#memo[this.#length(this.#bytes.uint32())] = this.#top();
        return;
      case OPCODES.BINGET:
        return this.#push(this.#remembered(this.#bytes.byte()));
      case OPCODES.LONG_BINGET:
        return this.#push(this.#remembered(this.#bytes.uint32()));
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
        return this.#bytes.int32();
      case OPCODES.BININT1:
        return this.#bytes.byte();
      case OPCODES.BININT2:
        return this.#bytes.uint16();
      case OPCODES.LONG1:
        return integerOf(this.#bytes.take(this.#bytes.byte()));
      case OPCODES.BINFLOAT:
        return float(this.#bytes.double());
      case OPCODES.SHORT_BINUNICODE:
        return this.#bytes.text(this.#bytes.byte());
      case OPCODES.BINUNICODE:
        return this.#bytes.text(this.#bytes.uint32());
      case OPCODES.BINUNICODE8:
        return this.#bytes.text(this.#bytes.uint64());
      case OPCODES.SHORT_BINBYTES:
        return this.#bytes.take(this.#bytes.byte());
      case OPCODES.BINBYTES:
        return this.#bytes.take(this.#bytes.uint32());
      case OPCODES.BINBYTES8:
        return this.#bytes.take(this.#bytes.uint64());
      case OPCODES.EMPTY_DICT:
        return new Map();
      case OPCODES.EMPTY_LIST:
      case OPCODES.EMPTY_TUPLE:
        return [];
      case OPCODES.EMPTY_SET:
        return new Set();
      case OPCODES.FROZENSET:
        return new Set(this.#items());
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
        throw new PickleError(`the opcode ${name} at byte ${this.#bytes.at - 1} is none of those that data is made of`);
      }
    }
  }

  #fill(opcode: number): void {
    const items =
      opcode === OPCODES.APPEND ? this.#last(1) : opcode === OPCODES.SETITEM ? this.#last(2) : this.#items();
    const holder = this.#top();
    if (this.#isOther(holder)) return;
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
        return this.#name(this.#bytes.line(), this.#bytes.line());
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
        // Behind the class comes what it would be called with.
        const [type, given] = this.#last(opcode === OPCODES.NEWOBJ_EX ? 3 : 2);
        const [items] = Array.isArray(given) ? given : [];
        if (type instanceof PickledName && SETS.has(type.type) && Array.isArray(items))
          return this.#push(new Set(items));
        if (!(type instanceof PickledName) && !this.#isOther(type)) throw this.#torn();
        return this.#push(new PickledObject(type.type));
      }
    }
  }

  #name(module: PickleValue | undefined, name: PickleValue | undefined): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#torn();
    const type = `${module}.${name}`;
    if (!this.#types.has(type) && !SETS.has(type) && this.#others === 'refused') throw foreignClass(type);
    return this.#push(new PickledName(type));
  }

  /** Lists and dictionaries of other classes are filled as those of Python are, and may be called. */
  #isOther(value: PickleValue | undefined): value is PickledObject {
    return value instanceof PickledObject && !this.#types.has(value.type);
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

  /** No place in the memo is further than there are bytes. */
  #length(length: number): number {
    if (length > this.#bytes.length) throw this.#torn();
    return length;
  }

  #torn(): PickleError {
    return new PickleError(`what stands at byte ${this.#bytes.at - 1} does not fit what stands before it`);
  }
}

export function foreignClass(type: string): PickleError {
  return new PickleError(`it names ${JSON.stringify(type).slice(1, -1)}, which is none of the classes that are read`);
}
