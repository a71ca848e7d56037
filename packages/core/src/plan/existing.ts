/** What a target collection that is there already means for a plan. */
import { SchemaCompatibilityError } from '../errors.ts';
import { own, type VectorRecord } from '../spec/record.ts';
import type { CollectionDescription, CollectionSchema, VectorStoreV1 } from '../spec/v1.ts';
import { narrowing } from './infer.ts';
import type { Loss } from './losses.ts';
import { largestChange } from './target-schema.ts';

/** @throws SchemaCompatibilityError where nothing can be written, whatever the record */
export function refuseUnwritable(
  { adapter }: VectorStoreV1,
  { name, restrictions: lacks }: CollectionDescription,
): void {
  if (lacks?.['access'] === undefined) return;
  throw new SchemaCompatibilityError(
    `${JSON.stringify(name)} in ${adapter} cannot be written to: ${lacks['access']} Nothing was written.`,
  );
}

export function restrictions(known: Readonly<Record<string, string | undefined>> = {}): string[] {
  return Object.values(known).filter((sentence) => sentence !== undefined);
}

/** @throws SchemaCompatibilityError naming both values, where an existing collection cannot take the mapped one's records. */
export function checkExisting(wanted: CollectionSchema, existing: CollectionSchema, adapter: string): string[] {
  const warnings: string[] = [];
  const refuse = (what: string): never => {
    throw new SchemaCompatibilityError(
      `The existing collection "${existing.name}" in ${adapter} ${what}. Nothing was written.`,
    );
  };
  for (const [name, vector] of Object.entries(wanted.vectors)) {
    const label = name === '' ? 'its vector' : `vector "${name}"`;
    const present = own(existing.vectors, name);
    if (present === undefined) {
      const names = Object.keys(existing.vectors).map((known) => (known === '' ? 'an unnamed vector' : `"${known}"`));
      return refuse(
        `has no ${name === '' ? 'unnamed vector' : `vector "${name}"`}, only ${names.join(', ') || 'none'}`,
      );
    }
    if (present.kind !== vector.kind)
      refuse(`has a ${present.kind} vector where ${label} of the source is ${vector.kind}`);
    if (present.kind === 'sparse' || vector.kind === 'sparse') continue;
    if (present.dimension !== undefined && vector.dimension !== undefined && present.dimension !== vector.dimension) {
      refuse(`has ${present.dimension} dimensions, but the source has ${vector.dimension} (${label})`);
    }
    if (present.metric !== undefined && vector.metric !== undefined && present.metric !== vector.metric) {
      refuse(`compares ${label} by ${present.metric}, but the source by ${vector.metric}`);
    }
    if (present.metric === undefined && vector.metric !== undefined) {
      warnings.push(`the target does not say how it compares ${label}; the source uses ${vector.metric}`);
    }
  }
  return warnings;
}

/** Bits of one component. */
export const DATATYPE_BITS = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  int8: 8,
  uint8: 8,
  bit: 1,
} as const;

/** What an existing collection cannot hold exactly, because it keeps smaller numbers than the source. */
export function narrowerDatatypes(
  wanted: CollectionSchema,
  existing: CollectionSchema,
  sample: readonly VectorRecord[],
): Loss[] {
  return Object.entries(wanted.vectors).flatMap(([name, vector]): Loss[] => {
    const present = own(existing.vectors, name);
    if (present === undefined || present.kind === 'sparse' || vector.kind === 'sparse') return [];
    const [from, to] = [vector.datatype ?? 'float32', present.datatype ?? 'float32'];
    if (DATATYPE_BITS[to] >= DATATYPE_BITS[from]) return [];
    const label = name === '' ? 'its vectors' : `vectors "${name}"`;
    const measured = narrowing(name, sample);
    // One that would be changed all the same is rejected.
    if (from === 'float64' && to === 'float32' && measured.exact) return [];
    const change = to === 'float32' ? `: ${largestChange(measured)}` : '';
    return [
      {
        name: 'vector-precision',
        detail: `the existing collection keeps ${label} as ${to}, but they are ${from}${change}`,
      },
    ];
  });
}

/** An existing collection wins over the mapped schema in whatever it knows; it was checked to be compatible. */
export function mergeExisting(mapped: CollectionSchema, existing: CollectionSchema): CollectionSchema {
  const vectors = Object.entries(mapped.vectors).map(([name, vector]) => {
    const present = own(existing.vectors, name);
    // What it says nothing of, it keeps as float32.
    const told = vector.kind === 'sparse' ? vector : { ...vector, datatype: undefined };
    return [name, present === undefined ? vector : { ...told, ...withoutUndefined(present) }] as const;
  });
  return { ...existing, vectors: { ...existing.vectors, ...Object.fromEntries(vectors) } };
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;
}
