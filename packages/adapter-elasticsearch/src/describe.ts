import {
  objectAt,
  own,
  PLAIN_INDEX_TYPES,
  textAt,
  type CollectionDescription,
  type JsonObject,
  type MetadataIndex,
  type VectorSchema,
} from '@vsm/core/adapter';
import type { Server } from './client.ts';
import type { Seen } from './context.ts';
import type { IndexInfo } from './index-info.ts';
import { datatypeOf, fieldTypeOf } from './layout.ts';

/** A collection as VSM made it is described by what it keeps, any other by its mapping. */
export function describeIndex(name: string, seen: Seen, server: Server): CollectionDescription {
  const { info, places, reading, undecided = [] } = seen;
  const aliases = Object.keys(info.aliases).filter((alias) => alias !== name);
  const others = { ...(aliases.length > 0 && { aliases }), ...notesOf(info, server) };
  if (info.manifest !== undefined && places.keeps) {
    const { schema } = info.manifest;
    const vectors = Object.entries(schema.vectors).map(([vector, wanted]): [string, VectorSchema] => {
      const column = places.layout.vectors.find((one) => one.name === vector)?.column ?? '';
      return [vector, { ...wanted, dimension: wanted.dimension ?? places.vectors.get(column)?.dimension }];
    });
    return { ...schema, name, vectors: Object.fromEntries(vectors), ...others };
  }
  const vectors = places.layout.vectors.map(({ name: vector, column, dimension }): [string, VectorSchema] => {
    const field = places.vectors.get(column);
    const datatype = field === undefined ? undefined : datatypeOf(field);
    return [
      vector,
      {
        kind: 'dense',
        dimension: field?.dimension ?? dimension,
        metric: field?.metric,
        ...(datatype !== undefined && { datatype }),
      },
    ];
  });
  const fields = metadataFields(seen);
  return {
    name,
    vectors: Object.fromEntries(vectors),
    ids: info.manifest?.schema.ids ?? 'string',
    fields: Object.fromEntries(fields.map(({ path, mapping }) => [path, fieldTypeOf(mapping['type'])])),
    indexes: fields.flatMap(({ path, mapping }) => indexOf(path, mapping) ?? []),
    native: { elasticsearch: nativeOf(seen, server) },
    ...(info.manifest === undefined && { reading }),
    ...(undecided.length > 0 && { undecided }),
    ...others,
  };
}

/** Settings that say how documents are understood, and none of where or how much. */
const COPIED = ['number_of_shards', 'analysis', 'max_result_window', 'knn'];

function nativeOf({ info, places }: Seen, { dialect }: Server): JsonObject {
  const { _meta: meta, ...mappings } = info.mappings;
  const { vsm: _vsm, ...kept } = objectAt({ meta: meta ?? {} }, 'meta') ?? {};
  const limits = objectAt(info.settings, 'mapping');
  const { exclude_source_vectors: _hidden, source: _mode, ...copied } = limits ?? {};
  return {
    dialect,
    mappings: { ...mappings, ...(Object.keys(kept).length > 0 && { _meta: kept }) },
    layout: JSON.parse(JSON.stringify(places.layout)) as JsonObject,
    settings: {
      ...Object.fromEntries(
        COPIED.map((key) => [key, own(info.settings, key)] as const).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, value]],
        ),
      ),
      ...(Object.keys(copied).length > 0 && { mapping: copied }),
    },
  };
}

/** Fields of the mapping by the path that their values have in the metadata. */
function metadataFields({ info, places }: Seen): { path: string; mapping: JsonObject }[] {
  const { metadata, fields, ignored = [] } = places.layout;
  return [...info.fields].flatMap(([path, mapping]) => {
    if (objectAt(mapping, 'properties') !== undefined || ignored.includes(path)) return [];
    if (metadata !== undefined && path.startsWith(`${metadata}.`))
      return [{ path: path.slice(metadata.length + 1), mapping }];
    const field = fields.find(({ column }) => path === column || path.startsWith(`${column}.`));
    // `text.keyword` is no field of a document.
    const isOther = field === undefined || info.fields.get(path.replace(/\.[^.]*$/, ''))?.['fields'] !== undefined;
    return isOther && path !== field?.column ? [] : [{ path: field.key + path.slice(field.column.length), mapping }];
  });
}

function indexOf(path: string, mapping: JsonObject): MetadataIndex | undefined {
  const isKeyword = mapping['type'] !== 'text' || objectAt(mapping, 'fields')?.['keyword'] !== undefined;
  const type = own(PLAIN_INDEX_TYPES, fieldTypeOf(mapping['type']));
  return type === undefined || mapping['index'] === false || !isKeyword ? undefined : { path, type };
}

function notesOf(
  { mappings, settings, vectors, fields, nested, manifest }: IndexInfo,
  { hidesVectors }: Server,
): Partial<CollectionDescription> {
  const mapping = objectAt(settings, 'mapping') ?? {};
  const hidden = hidesVectors && textAt(mapping, 'exclude_source_vectors') !== 'false' && isNew(settings);
  const rounded = [...vectors]
    .filter(([, { metric, form }]) => hidden && metric === 'cosine' && form === 'float')
    .map(([field]) => field);
  // Printed in either form, since `index.knn` has a value of its own.
  const derived = /derived_source(?:\.enabled|":\{"enabled)":"true"/.test(JSON.stringify(settings));
  const synthetic =
    textAt(objectAt(mapping, 'source') ?? {}, 'mode') === 'synthetic' ||
    textAt(objectAt(mappings, '_source') ?? {}, 'mode') === 'synthetic';
  const models = [...fields].filter(([, { type }]) => type === 'semantic_text').map(([field]) => field);
  const quantised = derived && JSON.stringify(mappings).includes('"encoder"');
  const notes = [
    ...nested.map(
      (field) =>
        `"${field}" holds vectors within nested documents, which stay metadata: VSM has no place for several vectors of one record here`,
    ),
    ...models.map((field) => `"${field}" has its vectors made by a model of the server, which are not read`),
    ...(synthetic ? ['the source is synthetic: the server has sorted keys and lists, and dropped what is empty'] : []),
    ...(quantised
      ? [
          'vectors are taken out of the source and made again of the index, which may keep them quantised only: the originals may be lost',
        ]
      : []),
  ];
  const restrictions =
    rounded.length === 0
      ? undefined
      : {
          rounds: `vectors of "${rounded.join('", "')}" come back up to one step off, since the index keeps their directions and lengths (index.mapping.exclude_source_vectors)`,
        };
  return {
    ...(notes.length > 0 && manifest === undefined && { notes }),
    ...(restrictions !== undefined && { restrictions }),
  };
}

/** Whether an index was made by a server that leaves vectors out of the source: 9.2, whose numbers begin with 9039. */
const isNew = (settings: JsonObject): boolean =>
  Number(textAt(objectAt(settings, 'version') ?? {}, 'created')) >= 9_039_000;
