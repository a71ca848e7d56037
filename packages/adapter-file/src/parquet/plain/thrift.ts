/** What a header of a page holds; texts and lists, which only statistics have, are passed over. */
export type Thrift = number | boolean | null | ReadonlyMap<number, Thrift>;

/**
 * One struct of the compact protocol, by the number of each field.
 * @throws RangeError where the bytes end before it does.
 */
export function readStruct(bytes: Uint8Array): {
  readonly fields: ReadonlyMap<number, Thrift>;
  readonly length: number;
} {
  const cursor = new Cursor(bytes);
  return { fields: cursor.struct(), length: cursor.at };
}

class Cursor {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): ReadonlyMap<number, Thrift> {
    const fields = new Map<number, Thrift>();
    let field = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const step = head >> 4;
      field = step === 0 ? this.#signed() : field + step;
      fields.set(field, this.#value(head & 15));
    }
    return fields;
  }

  #value(type: number): Thrift {
    switch (type) {
      case 1:
        return true;
      case 2:
        return false;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#signed();
      case 7:
        this.#skip(8);
        return null;
      case 8:
        this.#skip(this.#unsigned());
        return null;
      case 9:
      case 10: {
        const head = this.#byte();
        const count = head >> 4 === 15 ? this.#unsigned() : head >> 4;
        // Booleans in a list take a byte each.
        for (let item = 0; item < count; item += 1) this.#value((head & 15) <= 2 ? 3 : head & 15);
        return null;
      }
      case 12:
        return this.struct();
      default:
        throw new Error(`a page header has a field of the unknown type ${type}`);
    }
  }

  #signed(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  #byte(): number {
    this.#skip(1);
    return this.#bytes[this.at - 1] as number;
  }

  #skip(count: number): void {
    this.at += count;
    if (this.at > this.#bytes.length) throw new RangeError('a page header ends early');
  }
}
