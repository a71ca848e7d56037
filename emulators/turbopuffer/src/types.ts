import { float, idKind, isMetadataArray, numberKind, type MetadataValue } from '@vsm/core/adapter';
import { Problem } from './problem.ts';

/** An attribute as the schema of a namespace describes it: https://turbopuffer.com/docs/schema. */
export interface Attribute {
  readonly type: string;
  readonly filterable: boolean;
  readonly ann?: { readonly distance_metric: string } | undefined;
}

/** Filterable values may not be longer. */
const FILTERABLE_BYTES = 4096;
const MOST_INT = 2n ** 63n - 1n;
const VECTOR = /^\[(\d+)\]f(16|32)$/;

export function vectorLength(type: string): number | undefined {
  const [, length] = VECTOR.exec(type) ?? [];
  return length === undefined ? undefined : Number(length);
}

const SCALARS: Readonly<Record<string, (value: MetadataValue) => MetadataValue | undefined>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  int: (value) => whole(value, -MOST_INT - 1n, MOST_INT),
  uint: (value) => whole(value, 0n, 2n ** 64n - 1n),
  float: (value) => (numberKind(value) === undefined ? undefined : float(Number(value))),
  uuid: (value) =>
    typeof value === 'string' && idKind(value.toLowerCase()) === 'uuid' ? value.toLowerCase() : undefined,
  datetime(value) {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    // Kept as milliseconds.
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  },
};

function whole(value: MetadataValue, least: bigint, most: bigint): MetadataValue | undefined {
  if (numberKind(value) !== 'integer') return undefined;
  const number = BigInt(value as number | bigint);
  return number >= least && number <= most ? value : undefined;
}

/** @throws Problem where the attribute does not take the value. */
export function checkValue(name: string, value: MetadataValue, { type, filterable }: Attribute): MetadataValue {
  const refuse = (): never => {
    throw new Problem(400, `invalid value for attribute ${JSON.stringify(name)}: expected ${type}`);
  };
  const scalar = SCALARS[type.replace('[]', '')]; // own key: of a type that was checked
  if (scalar === undefined) return refuse();
  if (filterable && typeof value === 'string' && Buffer.byteLength(value) > FILTERABLE_BYTES) {
    throw new Problem(400, `filterable value of attribute ${JSON.stringify(name)} is over ${FILTERABLE_BYTES} bytes`);
  }
  if (!type.startsWith('[]')) return scalar(value) ?? refuse();
  if (!isMetadataArray(value)) return refuse();
  return value.map((item) => scalar(item) ?? refuse());
}

/** The type that the first value of an attribute gives it; integers are signed unless the schema says otherwise. */
export function inferType(value: MetadataValue): string | undefined {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  const kind = numberKind(value);
  if (kind !== undefined) return kind === 'integer' ? 'int' : 'float';
  if (!isMetadataArray(value) || value.length === 0) return undefined;
  const [first] = value;
  const item = first === undefined || isMetadataArray(first) ? undefined : inferType(first);
  return item === undefined ? undefined : `[]${item}`;
}

export function checkType(name: string, type: string): string {
  if (vectorLength(type) !== undefined || Object.hasOwn(SCALARS, type.replace('[]', ''))) return type;
  throw new Problem(400, `invalid type ${JSON.stringify(type)} of attribute ${JSON.stringify(name)}`);
}

/** A list of numbers, or base64 of little-endian float32. */
export function readVector(name: string, value: MetadataValue | undefined, length: number): Float32Array {
  const numbers =
    typeof value === 'string'
      ? new Float32Array(Uint8Array.from(Buffer.from(value, 'base64')).buffer)
      : value !== undefined && isMetadataArray(value)
        ? Float32Array.from(value.map(Number))
        : undefined;
  if (numbers === undefined) throw new Problem(400, `every document must have the vector ${JSON.stringify(name)}`);
  if (numbers.length !== length) {
    throw new Problem(
      400,
      `invalid vector ${JSON.stringify(name)}: expected ${length} dimensions, got ${numbers.length}`,
    );
  }
  if (!numbers.every(Number.isFinite))
    throw new Problem(400, `vector ${JSON.stringify(name)} has a component that is not finite`);
  return numbers;
}
