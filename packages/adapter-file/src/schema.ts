import type { CollectionDescription, CollectionSchema, Field, Understood, VectorSchema } from '@vsm/core/adapter';
import type { FileOptions } from './options.ts';

/** A collection that others made. */
export function describeForeign(
  name: string,
  { layout, reading, undecided }: Understood,
  metric: FileOptions['metric'],
  /** Whether the file declares types, or only a sample shows some. */
  typed: boolean,
): CollectionDescription {
  const vectors = layout.vectors.map(({ name: vector, kind, dimension, datatype }): [string, VectorSchema] => [
    vector,
    kind === 'sparse' ? { kind } : { kind, dimension, metric, datatype },
  ]);
  return {
    name,
    vectors: Object.fromEntries(vectors),
    namespaces: layout.namespace !== undefined,
    fields: typed ? Object.fromEntries(layout.fields.map(({ key, type }) => [key, type])) : undefined,
    reading,
    undecided: undecided?.length === 0 ? undefined : undecided,
  };
}

/** The facts about fields that lie in several files, as if these were one. */
export function mergeFields(files: readonly (readonly Field[])[]): readonly Field[] {
  const merged = new Map<string, Field>();
  const total = files.reduce((sum, fields) => sum + (fields[0]?.sampled ?? 0), 0);
  for (const field of files.flat()) {
    const known = merged.get(field.field);
    merged.set(field.field, known === undefined ? field : mergeField(known, field));
  }
  return [...merged.values()].map((field) => (field.sampled === 0 ? field : { ...field, sampled: total }));
}

function mergeField(left: Field, right: Field): Field {
  const isVector = ({ kind }: Field): boolean => kind !== undefined;
  const [first, second] =
    left.present === 0 || (isVector(right) && !isVector(left) && right.present > 0) ? [right, left] : [left, right];
  const others = (first.otherShapes ?? 0) + (second.otherShapes ?? 0);
  const lengths = [first.lengths, second.lengths].filter((found) => found !== undefined);
  return {
    ...first,
    sampled: first.sampled + second.sampled,
    present: first.present + second.present,
    otherShapes: first.shape === second.shape ? others : (first.otherShapes ?? 0) + second.present,
    whole: first.whole === true && second.whole !== false,
    lengths:
      lengths.length === 0
        ? undefined
        : {
            least: Math.min(...lengths.map(({ least }) => least)),
            most: Math.max(...lengths.map(({ most }) => most)),
          },
    entries: first.shape === 'object' ? new Set([...(first.entries ?? []), ...(second.entries ?? [])]) : undefined,
    fieldType: first.fieldType === second.fieldType ? first.fieldType : 'json',
    // What some part holds in more bits, all are read in.
    datatype: first.datatype === second.datatype ? first.datatype : 'float64',
  };
}

/** What came from `describe()` may hold more than a schema, which would lie in the manifest for ever. */
export function schemaOnly({
  name,
  vectors,
  ids,
  namespaces,
  fields,
  indexes,
  native,
}: CollectionSchema): CollectionSchema {
  return { name, vectors, ids, namespaces, fields, indexes, native };
}
