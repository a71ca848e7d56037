import {
  checkObject,
  objectAt,
  own,
  textAt,
  type CollectionSchema,
  type FieldLayout,
  type JsonObject,
  type Metric,
} from '@vsm/core/adapter';

/** A metadata field that has an indexed copy, since our metadata itself is not searched. */
export interface IndexedCopy {
  readonly path: string;
  /** Below `filter` in the source. */
  readonly field: string;
  readonly kind: 'keyword' | 'double' | 'boolean';
}

/** What VSM keeps in the mapping of an index that it made, as `_meta.vsm`. */
export interface Manifest {
  readonly layout: FieldLayout;
  readonly schema: Omit<CollectionSchema, 'name'>;
  readonly copies: readonly IndexedCopy[];
  /** Whether vectors that their field refuses lie in `kept`. */
  readonly keeps: boolean;
}

/** A field that holds vectors, by its mapping. */
export interface VectorField {
  readonly form: 'float' | 'byte' | 'bit';
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  /** Whether it takes vectors of length 1 alone. */
  readonly unit: boolean;
}

/** An index as the server describes it. */
export interface IndexInfo {
  /** Its own name, where it was opened by an alias. */
  readonly index: string;
  readonly uuid: string;
  readonly shards: number;
  /** Records that one search may give. */
  readonly window: number;
  /** By name, with what an alias changes. */
  readonly aliases: Readonly<Record<string, unknown>>;
  readonly mappings: JsonObject;
  readonly settings: JsonObject;
  readonly manifest: Manifest | undefined;
  /** By path. */
  readonly vectors: ReadonlyMap<string, VectorField>;
  /** All other fields by path, those within fields included; without what is nested. */
  readonly fields: ReadonlyMap<string, JsonObject>;
  /** Fields with vectors inside nested documents. */
  readonly nested: readonly string[];
}

const SPACES: Readonly<Record<string, Metric>> = {
  cosine: 'cosine',
  cosinesimil: 'cosine',
  l2_norm: 'euclidean',
  l2: 'euclidean',
  dot_product: 'dot',
  max_inner_product: 'dot',
  innerproduct: 'dot',
  l1: 'manhattan',
  hamming: 'hamming',
};
const FORMS: Readonly<Record<string, VectorField['form']>> = { byte: 'byte', bit: 'bit', binary: 'bit' };

/** @throws WrongAnswer for anything but an index */
export function readIndex(index: string, value: unknown): IndexInfo {
  const { aliases, mappings, settings } = checkObject(value, 'an index');
  const ofIndex = checkObject(checkObject(settings, 'the settings')['index'], 'the settings') as JsonObject;
  const mapping = checkObject(mappings ?? {}, 'the mappings') as JsonObject;
  const found = {
    vectors: new Map<string, VectorField>(),
    fields: new Map<string, JsonObject>(),
    nested: [] as string[],
  };
  walk(objectAt(mapping, 'properties') ?? {}, '', found);
  return {
    index,
    uuid: textAt(ofIndex, 'uuid'),
    shards: Number(ofIndex['number_of_shards'] ?? 1),
    window: Number(ofIndex['max_result_window'] ?? 10_000),
    aliases: checkObject(aliases ?? {}, 'the aliases'),
    mappings: mapping,
    settings: ofIndex,
    manifest: objectAt(objectAt(mapping, '_meta') ?? {}, 'vsm') as unknown as Manifest | undefined,
    ...found,
  };
}

interface Found {
  readonly vectors: Map<string, VectorField>;
  readonly fields: Map<string, JsonObject>;
  readonly nested: string[];
}

function walk(properties: JsonObject, prefix: string, found: Found, isNested = false): void {
  for (const [name, value] of Object.entries(properties)) {
    const mapping = checkObject(value, 'the mapping of a field') as JsonObject;
    const path = prefix + name;
    const inner = objectAt(mapping, 'properties');
    const vector = vectorField(mapping);
    if (vector !== undefined && isNested) found.nested.push(path);
    else if (vector !== undefined) found.vectors.set(path, vector);
    else if (!isNested) found.fields.set(path, mapping);
    if (inner !== undefined) walk(inner, `${path}.`, found, isNested || mapping['type'] === 'nested');
    // Another index of the same values, such as `text.keyword`.
    if (!isNested) walk(objectAt(mapping, 'fields') ?? {}, `${path}.`, found);
  }
}

function vectorField(mapping: JsonObject): VectorField | undefined {
  const { type } = mapping;
  const number = (key: string): number | undefined => {
    const value = own(mapping, key);
    return typeof value === 'number' ? value : undefined;
  };
  if (type === 'dense_vector') {
    const form = own(FORMS, textAt(mapping, 'element_type')) ?? 'float';
    const similarity = textAt(mapping, 'similarity');
    const metric = form === 'bit' ? 'hamming' : own(SPACES, similarity === '' ? 'cosine' : similarity);
    const indexed = mapping['index'] !== false;
    const unit = indexed && similarity === 'dot_product' && form === 'float';
    return { form, dimension: number('dims'), metric: indexed ? metric : undefined, unit };
  }
  if (type !== 'knn_vector') return undefined;
  const form = own(FORMS, textAt(mapping, 'data_type').toLowerCase()) ?? 'float';
  const space = textAt(mapping, 'space_type') || textAt(objectAt(mapping, 'method') ?? {}, 'space_type');
  // What a model was trained for is not in the mapping.
  const unknown = space === '' && mapping['model_id'] !== undefined;
  const usual = form === 'bit' ? 'hamming' : 'l2';
  return {
    form,
    dimension: number('dimension'),
    metric: unknown ? undefined : own(SPACES, space === '' ? usual : space),
    unit: false,
  };
}

/** The settings in an answer about one index. @throws WrongAnswer where there are none */
export function settingsIn(value: unknown): JsonObject {
  const [index] = Object.values(checkObject(value, 'the settings'));
  const { settings } = checkObject(index, 'an index');
  return checkObject(checkObject(settings, 'the settings')['index'], 'the settings') as JsonObject;
}
