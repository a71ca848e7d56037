import {
  metricOf,
  documentField,
  objectAt,
  own,
  recognizeBeside,
  remarks,
  setOwn,
  textAt,
  type CollectionDescription,
  type CollectionSchema,
  type FieldReading,
  type FieldType,
  type JsonObject,
  type NamedFields,
  type Recognition,
  type UncountedFacts,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import { DEFAULT_VECTOR, distanceOf, printNote, readClass, type ClassInfo, type Note } from './class.ts';
import { classNameOf, vectorNameOf } from './names.ts';
import { FIELD_TYPES, isReference, type Property } from './values.ts';

/** Where documents go, unless the class has a place for them. */
export const DOCUMENT = 'document';
/** Metadata that no property holds, as JSON. */
export const REST = 'vsm_rest';

export interface Creation {
  readonly body: JsonObject;
  /** A class is made with vectors that have names or with one that has none; the others follow in a second step. */
  readonly second: JsonObject | undefined;
  readonly warnings: readonly Warning[];
}

/** Parts of a class that say where and how it was made, and those that are decided here. */
const NOT_COPIED = [
  'class',
  'description',
  'vectorizer',
  'moduleConfig',
  'vectorConfig',
  'vectorIndexConfig',
  'vectorIndexType',
  'objectTtlConfig',
];

/** `known`: the classes that are there, to which references may lead. */
export function planCreation(schema: CollectionSchema, known: ReadonlySet<string>, fields: NamedFields): Creation {
  const { name, vectors, namespaces = false } = schema;
  const native = objectAt(schema.native?.['weaviate'] ?? {}, 'class') ?? {};
  const warnings: Warning[] = [];
  const document = native['class'] === undefined ? undefined : documentField(readFields(readClass(native), fields));
  const note: Note & { vectors: Record<string, Note['vectors'][string]> } = {
    name,
    vectors: {},
    ids: schema.ids,
    document: document ?? DOCUMENT,
  };
  const configs: Record<string, JsonObject> = {};
  const namedDefault =
    objectAt(native, 'vectorIndexConfig') === undefined && DEFAULT_VECTOR in (objectAt(native, 'vectorConfig') ?? {});
  for (const [vector, wanted] of Object.entries(vectors)) {
    // A multi-vector needs a name, and what the SDK called default keeps its settings.
    const isDefault = wanted.kind === 'multi' || namedDefault;
    const stored = vector !== '' ? vectorNameOf(vector) : isDefault ? DEFAULT_VECTOR : '';
    setOwn(note.vectors, stored, {
      name: vector,
      ...(wanted.dimension !== undefined && { dimension: wanted.dimension }),
    });
    setOwn(configs, stored, vectorConfig(stored, wanted, native, warnings));
  }
  const { '': unnamed, ...named } = configs;
  const copied = Object.fromEntries(Object.entries(native).filter(([key]) => !NOT_COPIED.includes(key)));
  const properties = copyProperties(native, known, warnings);
  announceLeftParts(native, warnings);
  const base: JsonObject = {
    ...copied,
    class: classNameOf(name),
    description: printNote(note),
    properties,
    multiTenancyConfig: { ...objectAt(native, 'multiTenancyConfig'), enabled: namespaces },
    ...(namespaces ? { shardingConfig: null } : copySharding(native)),
  };
  const withNames = Object.keys(named).length > 0 ? { vectorConfig: withVectorizer(named) } : {};
  const plain = { vectorizer: 'none', ...unnamed };
  const both = unnamed !== undefined && 'vectorConfig' in withNames;
  const first =
    unnamed !== undefined || !('vectorConfig' in withNames) ? { ...base, ...plain } : { ...base, ...withNames };
  return {
    body: withoutNulls(first),
    second: both ? withoutNulls({ ...base, ...plain, ...withNames }) : undefined,
    warnings,
  };
}

function vectorConfig(stored: string, wanted: VectorSchema, native: JsonObject, warnings: Warning[]): JsonObject {
  const source = stored === '' ? native : (objectAt(objectAt(native, 'vectorConfig') ?? {}, stored) ?? {});
  const index = objectAt(source, 'vectorIndexConfig');
  const metric = metricOf(wanted);
  if (metric === undefined) {
    warnings.push({ type: 'approximated', feature: 'metric', detail: 'no metric was given, so Weaviate takes cosine' });
  }
  return {
    vectorIndexType: typeof source['vectorIndexType'] === 'string' ? source['vectorIndexType'] : 'hnsw',
    vectorIndexConfig: {
      ...index,
      ...(metric !== undefined && { distance: distanceOf(metric) ?? 'cosine' }),
      ...(wanted.kind === 'multi' && { multivector: { ...objectAt(index ?? {}, 'multivector'), enabled: true } }),
    },
  };
}

function withVectorizer(configs: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(
    Object.entries(configs).map(([name, config]) => [name, { vectorizer: { none: {} }, ...config }]),
  );
}

function copyProperties(native: JsonObject, known: ReadonlySet<string>, warnings: Warning[]): JsonObject[] {
  const properties = Array.isArray(native['properties']) ? (native['properties'] as JsonObject[]) : [];
  return properties.flatMap(({ moduleConfig: _left, ...property }) => {
    const types = (property['dataType'] ?? []) as readonly string[];
    const missing = isReference(property as unknown as Property) ? types.filter((type) => !known.has(type)) : [];
    if (missing.length === 0) return [property];
    const detail = `the references of "${textAt(property, 'name')}" lead to ${missing.join(', ')}, which is not there: they are kept as texts. Move that class first`;
    warnings.push({ type: 'unsupported', feature: 'references', detail });
    return [];
  });
}

/** Without what the server counts itself. */
function copySharding(native: JsonObject): JsonObject {
  const sharding = Object.entries(objectAt(native, 'shardingConfig') ?? {}).filter(
    ([key]) => !key.startsWith('actual'),
  );
  return sharding.length === 0 ? {} : { shardingConfig: Object.fromEntries(sharding) };
}

function announceLeftParts(native: JsonObject, warnings: Warning[]): void {
  const leave = (feature: string, detail: string): number => warnings.push({ type: 'unsupported', feature, detail });
  if (native['moduleConfig'] !== undefined) {
    const modules = Object.keys(objectAt(native, 'moduleConfig') ?? {}).join(', ');
    leave(
      'modules',
      `the modules of the class (${modules}) are not set up, so that no model is called for what is written`,
    );
  }
  if (objectAt(native, 'objectTtlConfig')?.['enabled'] === true) {
    leave('ttl', 'objects do not expire in the new class: set objectTtlConfig where they should');
  }
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));
}

/** What the properties of a class are to records. */
export function readFields({ properties, note }: ClassInfo, named: NamedFields): Recognition {
  const facts = [...properties.values()]
    .filter(({ name }) => name !== REST)
    .map((property): UncountedFacts => {
      const [type = ''] = property.dataType;
      const text = note === undefined && type === 'text' && !['uri', 'namespace'].includes(property.name);
      return {
        field: property.name,
        ...(property.name === note?.document ? { declared: 'document' } : !text && { declared: 'metadata' }),
        shape: type === 'text' ? 'text' : 'other',
        type: property.dataType.join(', '),
      };
    });
  return recognizeBeside(facts, named);
}

export function describeClass(
  info: ClassInfo,
  name: string,
  { readings, undecided }: Recognition,
  facts: {
    readonly dimensions: ReadonlyMap<string, number>;
    readonly notes: readonly string[];
    readonly aliases: readonly string[];
  },
): CollectionDescription {
  const vectors = info.vectors.map(({ name: vector, stored, kind, metric, dimension }): [string, VectorSchema] => [
    vector,
    { kind, dimension: dimension ?? facts.dimensions.get(stored), metric },
  ]);
  const metadata = readings.filter(({ role }) => role === 'metadata');
  const fields = metadata.map(({ field }): [string, FieldType] => {
    const [type = ''] = info.properties.get(field)?.dataType ?? [];
    return [field, own(FIELD_TYPES, type) ?? 'json'];
  });
  const notes = [...facts.notes, ...classNotes(info)];
  return {
    name,
    vectors: Object.fromEntries(vectors),
    ids: info.note === undefined ? 'uuid' : info.note.ids,
    namespaces: info.tenants,
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(info.note === undefined && { reading: [...declaredRoles(info), ...readings] }),
    ...remarks({ undecided, notes, aliases: facts.aliases }),
    ...(notes.length > 0 && { restrictions: { metadata: notes.join('; ') } }),
    native: { weaviate: { class: info.native } },
  };
}

function declaredRoles({ vectors }: ClassInfo): FieldReading[] {
  const evidence = 'as the schema of the class says';
  return [
    { field: 'id', role: 'id', basis: 'declared', evidence },
    ...vectors.map(({ stored, name }): FieldReading => {
      return {
        field: stored === '' ? 'vector' : `vectors.${stored}`,
        role: 'vector',
        name,
        basis: 'declared',
        evidence,
      };
    }),
  ];
}

function classNotes({ properties, vectors, native }: ClassInfo): string[] {
  const references = [...properties.values()].filter(isReference);
  const modules = [...new Set(vectors.flatMap(({ vectorizer }) => vectorizer ?? []))];
  return [
    ...references.map(
      ({ name, dataType }) =>
        `"${name}" holds references to ${dataType.join(', ')}: other stores get their addresses as texts, which lead nowhere there`,
    ),
    ...modules.map(
      (module) => `vectors are made by the module ${module} where none are given; other stores do not call it`,
    ),
    ...(objectAt(native, 'objectTtlConfig')?.['enabled'] === true
      ? ['objects of this class expire, so that some may vanish while it is copied']
      : []),
  ];
}
