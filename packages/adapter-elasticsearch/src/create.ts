import {
  type CollectionSchema,
  type FieldLayout,
  type JsonObject,
  type Metric,
  objectAt,
  own,
  setOwn,
  textAt,
  vectorColumns,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import type { Server } from './client.ts';
import { givenFields, givenIndex } from './given-index.ts';
import { readIndex, type IndexedCopy, type Manifest } from './index-info.ts';

/** Fields of an index that is made here, beside those of vectors. */
const [DOCUMENT, URI, METADATA] = ['document', 'uri', 'metadata'] as const;
export const KEPT = 'kept';
export const FILTER = 'filter';

export interface Creation {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

/** An index for records: as one of the same kind was where its vectors are the same, else with the fields that were asked for, or our own. */
export function planIndex(schema: CollectionSchema, server: Server): Creation {
  const warnings: Warning[] = [];
  const native = objectAt(schema.native ?? {}, 'elasticsearch');
  const given = givenFields(schema);
  const instead = given === undefined ? 'fields of VSM' : 'the fields that were asked for';
  const copied =
    native?.['mappings'] === undefined
      ? undefined
      : copyOf(native, schema, server, (why) =>
          warnings.push({ type: 'approximated', feature: 'mapping', detail: `${why}, so that ${instead} are made` }),
        );
  const { mappings, settings } =
    copied ??
    (given === undefined
      ? ownIndex(schema, server, warnings)
      : givenIndex(schema, given, server, (name, vector) => vectorMapping(name, vector, server, warnings)));
  const mapping = objectAt(settings, 'mapping');
  return {
    warnings,
    body: {
      settings: {
        index: {
          ...settings,
          ...(server.dialect === 'opensearch' && { knn: true }),
          // Else a vector of cosine comes back as its direction times its length, one step off.
          ...(server.hidesVectors && { mapping: { ...mapping, exclude_source_vectors: false } }),
        },
      },
      mappings,
    },
  };
}

interface Parts {
  readonly mappings: JsonObject;
  readonly settings: JsonObject;
}

/** What {@link nativeOf} gave, where it fits. */
function copyOf(
  native: JsonObject,
  schema: CollectionSchema,
  server: Server,
  warn: (why: string) => void,
): Parts | undefined {
  const { dialect, mappings, layout, settings } = native;
  if (dialect !== server.dialect) {
    warn(`the mapping was of ${textAt(native, 'dialect')}`);
    return undefined;
  }
  const { vectors } = readIndex('', { mappings, settings: { index: {} } });
  const columns = (layout as unknown as FieldLayout).vectors;
  const fits =
    columns.length === Object.keys(schema.vectors).length &&
    columns.every(({ name, column }) => {
      const [wanted, mapped] = [schema.vectors[name], vectors.get(column)];
      return wanted?.kind === 'dense' && wanted.dimension === mapped?.dimension && wanted.metric === mapped?.metric;
    });
  if (!fits) {
    warn('vectors have other names, lengths or metrics than the mapping had');
    return undefined;
  }
  const { name: _name, native: _native, ...kept } = schema;
  const manifest: Manifest = { layout: layout as unknown as FieldLayout, schema: kept, copies: [], keeps: false };
  const meta = { ...objectAt(mappings as JsonObject, '_meta'), vsm: manifest as unknown as JsonObject };
  return { mappings: { ...(mappings as JsonObject), _meta: meta }, settings: (settings ?? {}) as JsonObject };
}

function ownIndex(schema: CollectionSchema, server: Server, warnings: Warning[]): Parts {
  const columns = vectorColumns(Object.keys(schema.vectors), /[^A-Za-z0-9_]/g);
  const properties: Record<string, JsonObject> = {};
  for (const [name, vector] of Object.entries(schema.vectors)) {
    // Of unknown length it is made with the first record.
    const mapping = vectorMapping(name, vector, server, warnings);
    if (mapping !== undefined) setOwn(properties, own(columns, name) as string, mapping);
  }
  const copies = copiesOf(schema);
  const { name: _name, ...kept } = schema;
  const layout: FieldLayout = {
    id: ['_id'],
    document: DOCUMENT,
    uri: URI,
    metadata: METADATA,
    vectors: Object.entries(columns).map(([name, column]) => ({ name, column, kind: 'dense' })),
    fields: [],
    ignored: [KEPT, FILTER],
  };
  const manifest: Manifest = { layout, schema: kept, copies, keeps: true };
  const unread = { type: 'object', enabled: false };
  return {
    settings: {},
    mappings: {
      dynamic: false,
      _meta: { vsm: manifest as unknown as JsonObject },
      properties: {
        ...properties,
        [DOCUMENT]: { type: 'text' },
        [URI]: { type: 'keyword', index: false, doc_values: false },
        [METADATA]: unread,
        [KEPT]: unread,
        ...(copies.length > 0 && {
          [FILTER]: { properties: Object.fromEntries(copies.map(({ field, kind }) => [field, { type: kind }])) },
        }),
      },
    },
  };
}

const SIMILARITIES: Readonly<Partial<Record<Metric, readonly [string, string]>>> = {
  cosine: ['cosine', 'cosinesimil'],
  euclidean: ['l2_norm', 'l2'],
  dot: ['max_inner_product', 'innerproduct'],
  hamming: ['l2_norm', 'hamming'],
};

/** `undefined` while the length is not known, which a field has to have. */
export function vectorMapping(
  name: string,
  vector: VectorSchema,
  { dialect }: Server,
  warnings: Warning[],
): JsonObject | undefined {
  const { dimension, metric, datatype } = vector as Extract<VectorSchema, { kind: 'dense' }>;
  if (dimension === undefined) return undefined;
  const what = name === '' ? 'the vector' : `vector "${name}"`;
  const say = (detail: string): number => warnings.push({ type: 'approximated', feature: 'metric', detail });
  const bits = datatype === 'bit' || (datatype === undefined && metric === 'hamming');
  if (bits && dimension % 8 !== 0) {
    say(`${what} is kept, but not searched: its ${dimension} bits are no whole bytes`);
    return { type: 'object', enabled: false };
  }
  if (metric === undefined) say(`${what} was given no metric, so ${bits ? 'hamming' : 'cosine'} is taken`);
  else if (bits !== (metric === 'hamming'))
    say(`${what} is searched by ${bits ? 'hamming' : 'cosine'}, not by ${metric}`);
  const [similarity, space] =
    SIMILARITIES[bits ? 'hamming' : metric === 'hamming' ? 'cosine' : (metric ?? 'cosine')] ?? [];
  if (dialect === 'opensearch') {
    const type = bits ? 'binary' : datatype === 'int8' ? 'byte' : undefined;
    const method = { name: 'hnsw', engine: 'lucene', ...(space !== undefined && { space_type: space }) };
    return { type: 'knn_vector', dimension, ...(type !== undefined && { data_type: type }), method };
  }
  const element = bits ? 'bit' : datatype === 'int8' ? 'byte' : 'float';
  // Which index a server takes of itself changes with its version and the length.
  const options = { type: 'hnsw' };
  return {
    type: 'dense_vector',
    dims: dimension,
    element_type: element,
    index: true,
    ...(similarity !== undefined && { similarity }),
    index_options: options,
  };
}

const KINDS: Readonly<Record<string, IndexedCopy['kind']>> = {
  keyword: 'keyword',
  uuid: 'keyword',
  datetime: 'keyword',
  integer: 'double',
  float: 'double',
  boolean: 'boolean',
};

function copiesOf({ indexes = [] }: CollectionSchema): IndexedCopy[] {
  const wanted = indexes.filter(({ type }) => Object.hasOwn(KINDS, type));
  const paths = [...new Map(wanted.map((index) => [index.path, index])).values()];
  const fields = vectorColumns(
    paths.map(({ path }) => path),
    /[^A-Za-z0-9_]/g,
  );
  return paths.map(({ path, type }) => ({
    path,
    // As the metadata calls it, as far as a field can.
    field: (own(fields, path) as string).replace(/^vector_/, ''),
    kind: KINDS[type] as IndexedCopy['kind'],
  }));
}
