import { integer, type Float } from '@vsm/core/adapter';

/** An object of a Python class, of which nothing was run: what it would have been filled with. */
export class PickledObject {
  /** Module and name. */
  readonly type: string;
  /** What its attributes would have become. */
  state: PickleValue = null;
  constructor(type: string) {
    this.type = type;
  }

  /** The fields of a model; pydantic keeps them one level deeper than others do. */
  get fields(): ReadonlyMap<PickleValue, PickleValue> | undefined {
    const fields = this.get('__dict__') ?? this.state;
    return fields instanceof Map ? fields : undefined;
  }

  /** An attribute; `undefined` where there is none. */
  get(name: string): PickleValue | undefined {
    return this.state instanceof Map ? this.state.get(name) : undefined;
  }
}

/** A class or function that was named, and never looked up. */
export class PickledName {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | Float
  | string
  | Uint8Array
  | PickleValue[]
  | Set<PickleValue>
  | Map<PickleValue, PickleValue>
  | PickledObject
  | PickledName;

/** A Python integer of any length, as little-endian bytes in two's complement. */
export function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const digits = Buffer.from(bytes.toReversed()).toString('hex');
  return integer(BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits}`)));
}
