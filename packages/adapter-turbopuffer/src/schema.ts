import {
  documentField,
  ignoredFields,
  onlyVector,
  own,
  recognizeBeside,
  remarks,
  type CollectionDescription,
  type CollectionSchema,
  type FieldType,
  type IdKind,
  type JsonObject,
  type NamedFields,
  type Recognition,
  type UncountedFacts,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import { distanceOf, DOCUMENT, MARK, readInfo, REST, vectorNameOf, type NamespaceInfo } from './namespace-info.ts';
import type { Places } from './mapping.ts';
import { FIELD_TYPES } from './values.ts';

const ID_TYPES: Readonly<Record<IdKind, string>> = { uint64: 'uint', uuid: 'uuid', string: 'string' };
/** Ids of the document that makes a namespace. */
const MARK_IDS: Readonly<Record<IdKind, string>> = {
  uint64: '18446744073709551615',
  uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  string: 'vsm_new',
};

export interface Creation {
  readonly info: NamespaceInfo;
  readonly warnings: readonly Warning[];
}

/** @throws VsmError with code `INVALID_OPTIONS` where the service has to know more */
export function planCreation(schema: CollectionSchema): Creation {
  const nameProblem = isNamespaceName(schema.name)
    ? undefined
    : 'a name has 1 to 128 letters of ASCII, digits, "-", "_" and "."';
  const { dimension, metric, warnings } = onlyVector(schema, 'turbopuffer', nameProblem);
  const { ids } = schema;
  const kind = ids === 'uint64' || ids === 'uuid' ? ids : 'string';
  const attributes = {
    id: { type: ID_TYPES[kind] }, // own key: of ours
    vector: { type: `[${dimension}]f32`, ann: { distance_metric: distanceOf(metric) } },
    [DOCUMENT]: { type: 'string', filterable: false },
    [REST]: { type: 'string', filterable: false },
    [MARK]: { type: 'bool' },
  };
  return { info: readInfo(attributes), warnings };
}

export function isNamespaceName(name: string): boolean {
  return /^[A-Za-z0-9\-_.]{1,128}$/.test(name);
}

/** Of the document that makes a namespace: JSON. */
export function markId({ ids }: NamespaceInfo): string {
  return ids === 'uint64' ? MARK_IDS.uint64 : JSON.stringify(MARK_IDS[ids]); // own key: of ours
}

/** What a namespace of ours has from the beginning, so that a write makes it whole wherever the service forgot the empty one. */
export function ownSchema({ native }: NamespaceInfo): JsonObject {
  const names = ['id', 'vector', DOCUMENT, REST, MARK];
  return Object.fromEntries(
    names.flatMap((name) => (own(native, name) === undefined ? [] : [[name, own(native, name)]])),
  ) as JsonObject;
}

/** What the attributes of a namespace are to records. */
export function readPlaces(info: NamespaceInfo, named: NamedFields): Places & { readonly reading: Recognition } {
  const reading = readFields(info, named);
  const document = documentField(reading) ?? (info.ours ? DOCUMENT : undefined);
  return {
    info,
    reading,
    document,
    ignored: ignoredFields(reading),
    held: new Set(['id', REST, MARK, document, ...info.vectors.map(({ attribute }) => attribute)]),
  };
}

function readFields({ types, ours }: NamespaceInfo, named: NamedFields): Recognition {
  const facts = [...types]
    .filter(([field]) => field !== REST && !(ours && field === MARK))
    .map(([field, type]): UncountedFacts => {
      const mayBeText = !ours && type === 'string' && !['uri', 'namespace'].includes(field);
      const isText = ours && field === DOCUMENT && named.document === undefined;
      return {
        field,
        ...(isText ? { declared: 'document' as const } : !mayBeText && { declared: 'metadata' as const }),
        shape: type === 'string' ? 'text' : 'other',
        type,
      };
    });
  return recognizeBeside(facts, named);
}

export function describeNamespace(
  name: string,
  info: NamespaceInfo,
  { readings, undecided }: Recognition,
): CollectionDescription {
  const vectors = info.vectors.map(({ attribute, dimension, metric, datatype }): [string, VectorSchema] => [
    vectorNameOf(info, attribute),
    { kind: 'dense', dimension, metric, ...(datatype === 'float16' && { datatype }) },
  ]);
  const fields = readings.flatMap(({ field, role }): [string, FieldType][] => {
    const type = own(FIELD_TYPES, info.types.get(field) ?? '');
    return role === 'metadata' && type !== undefined ? [[field, type]] : [];
  });
  const left = [...info.types].filter(([, type]) => type.startsWith('{}')).map(([field]) => field);
  const notes = left.map((field) => `"${field}" holds sparse vectors of float16, which are read as metadata`);
  return {
    name,
    vectors: Object.fromEntries(vectors),
    ids: info.ids,
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(!info.ours && {
      reading: [
        { field: 'id', role: 'id', basis: 'declared', evidence: `document ids of type ${info.ids}` },
        ...info.vectors.map(({ attribute }) => ({
          field: attribute,
          role: 'vector' as const,
          name: vectorNameOf(info, attribute),
          basis: 'declared' as const,
          evidence: 'as the schema of the namespace says',
        })),
        ...readings,
      ],
    }),
    ...remarks({ undecided, notes }),
    native: { turbopuffer: { schema: info.native as JsonObject } },
  };
}
