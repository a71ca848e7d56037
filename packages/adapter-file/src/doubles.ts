import type { CollectionSchema } from '@vsm/core/adapter';

/** Names of the vectors whose numbers are kept in 64 bits; all others are float32. */
export function doublesOf({ vectors }: Pick<CollectionSchema, 'vectors'>): ReadonlySet<string> {
  const doubles = Object.entries(vectors).filter(
    ([, vector]) => vector.kind !== 'sparse' && vector.datatype === 'float64',
  );
  return new Set(doubles.map(([name]) => name));
}
