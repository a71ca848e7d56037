import { Float } from '../spec/record.ts';
import { isContainerName, isVectorName } from './field-names.ts';
import type { FieldFacts } from './field-facts.ts';
import { isJsonObject, vectorShape } from './vector-value.ts';

/** {@link FieldFacts}, and what reading needs to know. */
export interface SampledField extends FieldFacts {
  /** Of vectors: which kind, and the length that most of the sampled ones have. */
  readonly kind?: 'dense' | 'sparse' | 'multi' | undefined;
  readonly dimension?: number | undefined;
}

type Shape = FieldFacts['shape'];

interface Seen {
  present: number;
  readonly shapes: Map<Shape, number>;
  readonly types: Map<string, number>;
  /** Lengths of vectors of each shape. */
  readonly lengths: Map<Shape, Map<number, number>>;
  readonly entries: Set<string>;
  whole: boolean;
}

/** Keys of objects that are remembered for each field. */
const MOST_ENTRIES = 10_000;

/** Gathers the facts about fields from sampled rows of plain values, alike for all stores whose columns do not tell. */
export class FieldSampler {
  readonly #fields = new Map<string, Seen>();
  #rows = 0;

  /** One row; a field may come with the keys under which it would hold a vector of its own. */
  row(values: Iterable<readonly [string, unknown]>): void {
    this.#rows += 1;
    for (const [field, value] of values) this.#see(field, value);
  }

  facts(): SampledField[] {
    return [...this.#fields].map(([field, seen]) => factOf(field, seen, this.#rows));
  }

  #see(field: string, value: unknown): void {
    let seen = this.#fields.get(field);
    if (seen === undefined) {
      seen = { present: 0, shapes: new Map(), types: new Map(), lengths: new Map(), entries: new Set(), whole: true };
      this.#fields.set(field, seen);
    }
    if (value === null || value === undefined) return;
    seen.present += 1;
    const { shape, type, length, whole = true } = look(field, value);
    add(seen.shapes, shape);
    add(seen.types, `${shape}:${type}`);
    if (!whole) seen.whole = false;
    if (length !== undefined) {
      const lengths = seen.lengths.get(shape) ?? new Map<number, number>();
      seen.lengths.set(shape, lengths);
      add(lengths, length);
    }
    if (shape !== 'object') return;
    const object = typeof value === 'string' ? (JSON.parse(value) as object) : value;
    for (const key of Object.keys(object)) if (seen.entries.size < MOST_ENTRIES) seen.entries.add(key);
  }
}

interface Look {
  readonly shape: Shape;
  readonly type: string;
  readonly length?: number;
  readonly whole?: boolean;
}

const KINDS = { dense: 'numbers', multi: 'multi', sparse: 'sparse' } as const;

function look(field: string, value: unknown): Look {
  // A text may happen to look like a list: only under the name of a vector is it taken for one.
  const mayBeVector = typeof value !== 'string' && !(value instanceof Uint8Array) ? true : isVectorName(field);
  const vector = mayBeVector ? vectorShape(value) : undefined;
  if (vector !== undefined) {
    const { kind, as } = vector;
    if (kind === 'sparse') return { shape: 'sparse', type: as };
    return { shape: KINDS[kind], type: as, length: vector.length, whole: vector.whole };
  }
  switch (typeof value) {
    case 'string':
      if (isContainerName(field) && isJsonObject(value)) return { shape: 'object', type: 'JSON text of an object' };
      return { shape: 'text', type: 'text' };
    case 'bigint':
      return { shape: 'integer', type: 'integer' };
    case 'number':
      return Number.isInteger(value) ? { shape: 'integer', type: 'integer' } : { shape: 'other', type: 'number' };
    case 'boolean':
      return { shape: 'other', type: 'boolean' };
    default:
      if (value instanceof Uint8Array) return { shape: 'other', type: 'bytes' };
      if (Array.isArray(value)) return { shape: 'other', type: value.length === 0 ? 'empty list' : 'list' };
      return Float.isInstance(value) ? { shape: 'other', type: 'number' } : { shape: 'object', type: 'object' };
  }
}

function factOf(field: string, seen: Seen, sampled: number): SampledField {
  const { present, shapes, types, entries, whole } = seen;
  const vectors = [...shapes].filter(([shape]) => shape === 'numbers' || shape === 'multi' || shape === 'sparse');
  // Where a name promises vectors, one that is there counts for more than the texts in place of the others.
  const shape = most(isVectorName(field) && vectors.length > 0 ? new Map(vectors) : shapes) ?? 'other';
  const lengths = seen.lengths.get(shape);
  const type = most(new Map([...types].filter(([name]) => name.startsWith(`${shape}:`))))?.slice(shape.length + 1);
  return {
    field,
    shape,
    type: type ?? 'nothing but null',
    lengths:
      lengths === undefined ? undefined : { least: Math.min(...lengths.keys()), most: Math.max(...lengths.keys()) },
    whole: lengths === undefined ? undefined : whole,
    sampled,
    present,
    otherShapes: present - (shapes.get(shape) ?? 0),
    entries: shape === 'object' ? entries : undefined,
    kind: shape === 'numbers' ? 'dense' : shape === 'multi' || shape === 'sparse' ? shape : undefined,
    dimension: lengths === undefined ? undefined : most(lengths),
  };
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function most<Key>(counts: ReadonlyMap<Key, number>): Key | undefined {
  return [...counts].toSorted(([, left], [, right]) => right - left)[0]?.[0];
}
