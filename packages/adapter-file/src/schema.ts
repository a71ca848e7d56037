import {
  isVectorName,
  namedFields,
  recognize,
  ROW_NUMBER,
  type CollectionDescription,
  type FieldReading,
  type FieldType,
  type ReadingOptions,
  type SampledField,
  type VectorSchema,
} from '@vsm/core/adapter';
import type { FileOptions } from './options.ts';

/** A column or a key of a file, whatever the format. */
export interface Field extends SampledField {
  /** Of metadata. */
  readonly fieldType: FieldType;
  readonly datatype?: Extract<VectorSchema, { kind: 'dense' }>['datatype'];
  /** What becomes of a type that has no exact counterpart. */
  readonly note?: string | undefined;
}

/** Which column is what. */
export interface Layout {
  /** Together they make the id; none for the number of the row. */
  readonly id: readonly string[];
  readonly namespace?: string | undefined;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
  readonly vectors: readonly VectorColumnLayout[];
  /** Columns that become one metadata field each. */
  readonly fields: readonly FieldLayout[];
  /** A column whose entries become metadata fields. */
  readonly metadata?: string | undefined;
  readonly ignored?: readonly string[] | undefined;
}

interface FieldLayout {
  readonly column: string;
  readonly key: string;
  readonly type: FieldType;
  /** Named like a vector without having held one in the sample: one that comes late has its record rejected. */
  readonly watched?: boolean | undefined;
}

export interface VectorColumnLayout {
  readonly name: string;
  readonly column: string;
  readonly kind: 'dense' | 'sparse' | 'multi';
  readonly dimension?: number | undefined;
  readonly datatype?: Field['datatype'];
}

/** A layout with what it was derived from. */
export interface Understood {
  readonly layout: Layout;
  /** Absent of what we wrote ourselves. */
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided?: readonly string[] | undefined;
}

/** @throws ValidationError where the user names a field that is not there, or no vector as one */
export function understand(fields: readonly Field[], options: ReadingOptions): Understood {
  const named = namedFields(options);
  const { readings, undecided, unfolded } = recognize(fields, named);
  const byField = new Map(fields.map((field) => [field.field, field]));
  const withRole = (role: FieldReading['role']): readonly FieldReading[] => readings.filter((one) => one.role === role);
  const one = (role: FieldReading['role']): string | undefined => withRole(role)[0]?.field;
  const vectors = [...withRole('vector'), ...withRole('undecided')].map((reading): VectorColumnLayout => {
    const { kind = 'dense', dimension, datatype } = byField.get(reading.field) ?? {};
    return { name: reading.name ?? reading.field, column: reading.field, kind, dimension, datatype };
  });
  const layout: Layout = {
    id: (named.id ?? withRole('id').map(({ field }) => field)).filter((field) => field !== ROW_NUMBER),
    namespace: one('namespace'),
    document: one('document'),
    uri: one('uri'),
    vectors,
    fields: withRole('metadata')
      .filter(({ field }) => !unfolded.includes(field))
      .map(({ field, name, basis }) => {
        const known = byField.get(field);
        const watched = basis === 'guessed' && known?.lengths === undefined && isVectorName(field);
        return { column: field, key: name ?? field, type: known?.fieldType ?? 'json', watched };
      }),
    metadata: unfolded[0],
    ignored: withRole('ignored').map(({ field }) => field),
  };
  const reading = readings.map((found) => {
    const note = found.role === 'metadata' ? byField.get(found.field)?.note : undefined;
    return note === undefined ? found : { ...found, evidence: `${found.evidence}; ${note}` };
  });
  return { layout, reading, undecided };
}

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
