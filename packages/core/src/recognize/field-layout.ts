/** What the fields of a collection are, as reading needs to know it: derived from {@link recognize} alike for all adapters. */
import { isVectorName } from './field-names.ts';
import { recognize } from './recognize.ts';
import { namedFields, ROW_NUMBER, type ReadingOptions } from './reading-options.ts';
import type { SampledField } from './sample-fields.ts';
import type { Datatype, FieldReading, FieldType } from '../spec/v1.ts';

/** A column or a key, whatever the store. */
export interface Field extends SampledField {
  /** Of metadata. */
  readonly fieldType: FieldType;
  readonly datatype?: Datatype | undefined;
  /** What becomes of a type that has no exact counterpart. */
  readonly note?: string | undefined;
}

/** Which column is what. */
export interface FieldLayout {
  /** Together they make the id; none for the number of the row. */
  readonly id: readonly string[];
  readonly namespace?: string | undefined;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
  readonly vectors: readonly VectorColumn[];
  /** Columns that become one metadata field each. */
  readonly fields: readonly MetadataColumn[];
  /** A column whose entries become metadata fields. */
  readonly metadata?: string | undefined;
  readonly ignored?: readonly string[] | undefined;
}

export interface MetadataColumn {
  readonly column: string;
  readonly key: string;
  readonly type: FieldType;
  /** Named like a vector without having held one in the sample: one that comes late has its record rejected. */
  readonly watched?: boolean | undefined;
}

export interface VectorColumn {
  readonly name: string;
  readonly column: string;
  readonly kind: 'dense' | 'sparse' | 'multi';
  readonly dimension?: number | undefined;
  readonly datatype?: Datatype | undefined;
}

/** A layout with what it was derived from. */
export interface Understood {
  readonly layout: FieldLayout;
  /** Absent of what we wrote ourselves. */
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided?: readonly string[] | undefined;
}

/** @throws ValidationError where the user names a field that is not there, or no vector as one */
export function understandFields(fields: readonly Field[], options: ReadingOptions): Understood {
  const named = namedFields(options);
  const { readings, undecided, unfolded } = recognize(fields, named);
  const byField = new Map(fields.map((field) => [field.field, field]));
  const withRole = (role: FieldReading['role']): readonly FieldReading[] => readings.filter((one) => one.role === role);
  const one = (role: FieldReading['role']): string | undefined => withRole(role)[0]?.field;
  const vectors = [...withRole('vector'), ...withRole('undecided')].map((reading): VectorColumn => {
    const { kind = 'dense', dimension, datatype } = byField.get(reading.field) ?? {};
    return { name: reading.name ?? reading.field, column: reading.field, kind, dimension, datatype };
  });
  const layout: FieldLayout = {
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
