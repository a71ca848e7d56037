import {
  invalidOption,
  objectAt,
  UnsupportedError,
  type CollectionSchema,
  type FieldLayout,
  type JsonObject,
  type VectorSchema,
} from '@vsm/core/adapter';
import type { Server } from './client.ts';
import type { Manifest } from './index-info.ts';
import { ADAPTER } from './options.ts';

/**
 * The fields of an index that an application makes for itself, as `native.elasticsearch.fields` of a schema asks for them, so that the
 * application finds its own.
 */
export interface GivenFields {
  readonly document: string;
  /** Absent: metadata lies beside the document. */
  readonly metadata?: string | undefined;
  /** One for both kinds of servers, or one for each. */
  readonly vector: string | Readonly<Record<Server['dialect'], string>>;
  /** All other texts are found as a whole. */
  readonly texts?: 'keyword' | undefined;
  /** Metadata whose texts are found as a whole, where the server would take them apart. */
  readonly keywords?: readonly string[] | undefined;
}

/** @throws VsmError with code `INVALID_OPTIONS` for anything but names */
export function givenFields({ name, native }: CollectionSchema): GivenFields | undefined {
  const given = objectAt(native?.['elasticsearch'] ?? {}, 'fields') as Partial<GivenFields> | undefined;
  if (given === undefined) return undefined;
  const { document, metadata, vector, texts, keywords = [] } = given;
  const vectors = typeof vector === 'object' ? [vector.elasticsearch, vector.opensearch] : [vector];
  const fits = [document, ...vectors, ...keywords].every(isField) && (metadata === undefined || isField(metadata));
  if (fits && document !== undefined && vector !== undefined) return { document, metadata, vector, texts, keywords };
  throw invalidOption(
    ADAPTER,
    `cannot create collection "${name}": native.elasticsearch.fields must name fields for document and vector`,
  );
}

const isField = (name: unknown): boolean => typeof name === 'string' && /^[^\s.*]+$/.test(name);

/** What such an index is made of; whatever else its documents have is mapped by the server, as it is for the application. */
export function givenIndex(
  schema: CollectionSchema,
  { document, metadata, vector, texts, keywords = [] }: GivenFields,
  { dialect }: Server,
  mappingOf: (name: string, vector: VectorSchema) => JsonObject | undefined,
): { readonly mappings: JsonObject; readonly settings: JsonObject } {
  const column = typeof vector === 'string' ? vector : vector[dialect];
  const [only, ...others] = Object.entries(schema.vectors);
  const mapping = only?.[1].kind === 'dense' && others.length === 0 ? mappingOf(...only) : undefined;
  if (only === undefined || mapping === undefined) {
    throw new UnsupportedError(
      'vectors',
      `${ADAPTER}: cannot create collection "${schema.name}": an index of the form that was asked for has one dense vector of a known length, in "${column}", but the collection has ${Object.keys(schema.vectors).join(', ') || 'none'}`,
      { adapter: ADAPTER },
    );
  }
  const layout: FieldLayout = {
    id: ['_id'],
    document,
    metadata,
    vectors: [{ name: only[0], column, kind: 'dense' }],
    fields: [],
    ignored: [],
  };
  const { name: _name, native: _native, ...kept } = schema;
  const manifest: Manifest = { layout, schema: kept, copies: [], keeps: false };
  // Some ask for the field itself and some for the one that the server would make beside it.
  const whole = { type: 'keyword', fields: { keyword: { type: 'keyword' } } };
  const known = Object.fromEntries(keywords.map((key) => [key, whole]));
  return {
    // A field takes its type from the first document: what does not fit later stays unsearched, and is kept.
    settings: { mapping: { ignore_malformed: true } },
    mappings: {
      _meta: { vsm: JSON.parse(JSON.stringify(manifest)) as JsonObject },
      // The longest keyword is of 32766 bytes, and refuses the document else.
      ...(texts === 'keyword' && {
        dynamic_templates: [
          { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 8000 } } },
        ],
      }),
      properties: {
        [column]: mapping,
        [document]: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
        ...(metadata === undefined ? known : { [metadata]: { properties: known } }),
      },
    },
  };
}
