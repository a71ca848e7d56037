import { ValidationError } from '../errors.ts';

/** What the user says of a collection's fields. The same names in all adapters, as options and as parameters of a location. */
export interface ReadingOptions {
  /** Fields whose values make the id, joined where there are several; `#row` for the number of the row. */
  readonly id?: string | readonly string[] | undefined;
  /** Fields that hold vectors: `'embedding'`, or `{ title: 'title_vector' }` by the name that the vector gets. */
  readonly vector?: string | readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
  readonly namespace?: string | undefined;
  /** Fields that are metadata whatever they look like. */
  readonly metadata?: readonly string[] | undefined;
  /** Fields that are left out. */
  readonly ignore?: readonly string[] | undefined;
}

/** Those of stores that say themselves what the ids are, and have no namespaces. */
export type FieldOptions = Omit<ReadingOptions, 'id' | 'namespace'>;

export const FIELD_OPTIONS: Readonly<Record<keyof FieldOptions, true>> = {
  vector: true,
  document: true,
  uri: true,
  metadata: true,
  ignore: true,
};

export const READING_OPTIONS: Readonly<Record<keyof ReadingOptions, true>> = {
  ...FIELD_OPTIONS,
  id: true,
  namespace: true,
};

/** What the options of a store say of fields, and nothing else of them. */
export function fieldOptionsOf({ vector, document, uri, metadata, ignore }: FieldOptions): FieldOptions {
  return { vector, document, uri, metadata, ignore };
}

/** {@link ReadingOptions} with each field in one place. */
export interface NamedFields {
  readonly id: readonly string[] | undefined;
  /** Name of the vector → field. A single vector without a name of its own is the unnamed one. */
  readonly vectors: ReadonlyMap<string, string> | undefined;
  readonly document: string | undefined;
  readonly uri: string | undefined;
  readonly namespace: string | undefined;
  readonly metadata: ReadonlySet<string>;
  readonly ignore: ReadonlySet<string>;
}

/** Asks for the number of the row as the id. */
export const ROW_NUMBER = '#row';

/** The parameters of a location that say what fields are: `?id=a,b&vector=title:title_vec&vector=body&ignore=raw`. */
export const READING_PARAMETERS = ['id', 'vector', 'document', 'uri', 'namespace', 'metadata', 'ignore'] as const;

/** Those of stores that say themselves what the ids are, and have no namespaces. */
export const FIELD_PARAMETERS = ['vector', 'document', 'uri', 'metadata', 'ignore'] as const;

/** Reads the parameters of a location, those that are there; each may be given several times, or as a list with commas. */
export function readingOptionsOf(parameters: URLSearchParams): ReadingOptions {
  const list = (name: string): string[] | undefined => {
    const values = parameters.getAll(name).flatMap((value) => value.split(','));
    return values.length === 0 ? undefined : values;
  };
  const one = (name: string): string | undefined => {
    const values = parameters.getAll(name);
    if (values.length > 1)
      throw new ValidationError(`"${name}" is given ${values.length} times, but can be one field only.`);
    return values[0];
  };
  const vectors = list('vector');
  const named = vectors?.some((value) => value.includes(':')) ?? false;
  const given: ReadingOptions = {
    id: list('id'),
    vector: named ? Object.fromEntries((vectors ?? []).map(nameAndField)) : vectors,
    document: one('document'),
    uri: one('uri'),
    namespace: one('namespace'),
    metadata: list('metadata'),
    ignore: list('ignore'),
  };
  // Some adapters have fewer of these, and refuse the name of one that they do not know.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** `name:field`, or a field that is its own name. */
function nameAndField(value: string): [string, string] {
  const colon = value.indexOf(':');
  return colon === -1 ? [value, value] : [value.slice(0, colon), value.slice(colon + 1)];
}

/** @throws ValidationError where one field is given two roles */
export function namedFields(options: ReadingOptions): NamedFields {
  const { id, vector, document, uri, namespace, metadata = [], ignore = [] } = options;
  const fields: NamedFields = {
    id: typeof id === 'string' ? [id] : id,
    vectors: vectorsOf(vector),
    document,
    uri,
    namespace,
    metadata: new Set(metadata),
    ignore: new Set(ignore),
  };
  const roles = new Map<string, string>();
  const take = (field: string | undefined, role: string): void => {
    if (field === undefined || field === ROW_NUMBER) return;
    const other = roles.get(field);
    if (other !== undefined) throw new ValidationError(`The field "${field}" is named as ${other} and as ${role}.`);
    roles.set(field, role);
  };
  for (const field of fields.id ?? []) take(field, 'id');
  for (const field of fields.vectors?.values() ?? []) take(field, 'vector');
  take(document, 'document');
  take(uri, 'uri');
  take(namespace, 'namespace');
  for (const field of metadata) take(field, 'metadata');
  for (const field of ignore) take(field, 'ignore');
  return fields;
}

function vectorsOf(vector: ReadingOptions['vector']): ReadonlyMap<string, string> | undefined {
  if (vector === undefined) return undefined;
  if (typeof vector === 'string') return new Map([['', vector]]);
  if (Array.isArray(vector)) {
    const fields = vector as readonly string[];
    return new Map(fields.length === 1 ? [['', fields[0] ?? '']] : fields.map((field) => [field, field]));
  }
  return new Map(Object.entries(vector as Readonly<Record<string, string>>));
}

/** Every field that somebody named, in whatever role. */
export function allNamed({ id = [], vectors, document, uri, namespace, metadata, ignore }: NamedFields): string[] {
  const single = [document, uri, namespace].filter((field) => field !== undefined);
  return [...id, ...(vectors?.values() ?? []), ...single, ...metadata, ...ignore];
}
