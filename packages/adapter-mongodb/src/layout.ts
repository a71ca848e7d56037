import {
  allNamed,
  collectionNotFound,
  FieldSampler,
  fieldOptionsOf,
  isContainerName,
  namedFields,
  setOwn,
  understandFields,
  type Datatype,
  type Field,
  type Metric,
  type CollectionDescription,
  floatsOf,
} from '@vsm/core/adapter';
import type { Document } from 'mongodb';
import { elementsOf, readValue, type Element } from './bson-values.ts';
import type { Connection } from './client.ts';
import { mongodbError } from './errors.ts';
import type { IdForm } from './ids.ts';
import type { Settings } from './options.ts';
import { readManifest, type Manifest, type Places } from './manifest.ts';
import { findFirst, idForms } from './sample.ts';
import { listSearchIndexes, type IndexedVector, type SearchIndex } from './search-indexes.ts';
import { validatorOf } from './validator.ts';
import { FORM_DATATYPES, readVector, type VectorForm } from './vectors.ts';

/** How VSM understands a collection. */
export interface Layout extends Pick<CollectionDescription, 'reading' | 'undecided'> {
  readonly name: string;
  /** `undefined` where the user may not see it. */
  readonly uuid: string | undefined;
  readonly places: Places;
  readonly vectors: readonly LayoutVector[];
  /** Of fields that are metadata by themselves, where the key is another. */
  readonly keys: ReadonlyMap<string, string>;
  readonly ignored: ReadonlySet<string>;
  /** Fields called like vectors that held none in the sample: one that comes late has its record rejected. */
  readonly watched: ReadonlySet<string>;
  /** Fields that somebody says are metadata, whatever they hold. */
  readonly named: ReadonlySet<string>;
  /** `undefined` where the server has no vector search. */
  readonly indexes: readonly SearchIndex[] | undefined;
  /** What the server has every document match. */
  readonly validator: Document | undefined;
  /** Of collections that VSM made. */
  readonly manifest: Manifest | undefined;
  readonly notes: readonly string[];
}

export interface LayoutVector {
  readonly name: string;
  readonly field: string;
  readonly form: VectorForm;
  readonly kind: 'dense' | 'sparse' | 'multi';
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  readonly datatype: Datatype | undefined;
}

export async function openLayout(connection: Connection, name: string, settings: Settings): Promise<Layout> {
  const info = await collectionInfo(connection, name);
  if (info === undefined || name === '') throw collectionNotFound('mongodb', name, connection.location);
  const type = String(info['type'] ?? 'collection');
  if (type !== 'collection') {
    throw mongodbError(
      'UNSUPPORTED',
      `"${name}" is a ${type}, which has no index of _id to be read by. Copy it into a collection ($out, $merge), or open the one behind it.`,
    );
  }
  const found = { name, uuid: uuidOf(info), validator: validatorOf(info) };
  const [manifest, indexes] = await Promise.all([
    readManifest(connection, name, found.uuid),
    listSearchIndexes(connection, name),
  ]);
  return manifest === undefined
    ? foreignLayout(connection, settings, { ...found, indexes })
    : ownLayout({ ...found, indexes, manifest });
}

/** `undefined` where there is none. Who may not look at all collections sees the names of theirs. */
export async function collectionInfo(connection: Connection, name: string): Promise<Document | undefined> {
  return connection.run(`open "${name}"`, async (db) => {
    try {
      const [info] = await db.listCollections({ name }).toArray();
      return info;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 13) throw error;
      const [info] = await db.listCollections({ name }, { nameOnly: true, authorizedCollections: true }).toArray();
      return info;
    }
  });
}

/** The number that the server gave the collection; `undefined` where the user may not see it. */
export function uuidOf(info: Document | undefined): string | undefined {
  const { uuid } = (info?.['info'] ?? {}) as { readonly uuid?: { toString(encoding: 'hex'): string } };
  return uuid?.toString('hex').replaceAll('-', '');
}

type Found = Pick<Layout, 'name' | 'uuid' | 'indexes' | 'validator'>;

function ownLayout(found: Found & { readonly manifest: Manifest }): Layout {
  const { places, schema } = found.manifest;
  const vectors = places.vectors.map(({ name, field, form }): LayoutVector => {
    const described = schema.vectors[name]; // own key: places are made of the schema
    const { kind = 'dense', dimension, metric, datatype } = (described ?? {}) as Partial<LayoutVector>;
    return { name, field, form, kind, dimension, metric, datatype };
  });
  const nothing = new Set<string>();
  const keys = new Map(Object.entries(places.beside).map(([key, field]) => [field, key]));
  return { ...found, places, vectors, keys, ignored: nothing, watched: nothing, named: nothing, notes: [] };
}

async function foreignLayout(connection: Connection, settings: Settings, found: Found): Promise<Layout> {
  const { name, indexes = [] } = found;
  const [documents, ids] = await Promise.all([findFirst(connection, name), idForms(connection, name)]);
  const sampler = new FieldSampler();
  const forms = new Map<string, Set<VectorForm>>();
  for (const bytes of documents) {
    sampler.row(
      [...elementsOf(bytes)]
        .filter(([field]) => field !== '_id')
        .map(([field, element]) => [field, sampled(field, element, forms)]),
    );
  }
  const declared = new Map(indexes.flatMap(({ vectors }) => vectors.map((vector) => [vector.path, vector])));
  const fields = factsOf(sampler, declared, settings, { rows: documents.length, ids });
  const { layout, reading, undecided } = understandFields(fields, { ...fieldOptionsOf(settings), id: '_id' });
  const beside: Record<string, string> = {};
  for (const { column, key } of layout.fields) setOwn(beside, key, column);
  const vectors = layout.vectors.map(({ name: vector, column, kind, dimension }): LayoutVector => {
    const index = declared.get(column);
    const form = formOf(forms.get(column));
    const datatype = kind === 'dense' ? FORM_DATATYPES[form] : undefined;
    return {
      name: vector,
      field: column,
      form,
      kind,
      dimension: index?.dimension ?? dimension,
      metric: index?.metric,
      datatype,
    };
  });
  const { document, uri, metadata: container } = layout;
  return {
    ...found,
    places: {
      vectors: vectors.map((vector) => ({ name: vector.name, field: vector.field, form: vector.form })),
      document,
      uri,
      container,
      beside: container === undefined ? {} : beside,
      ids,
    },
    vectors,
    keys: new Map(layout.fields.map(({ column, key }) => [column, key])),
    ignored: new Set(layout.ignored),
    watched: new Set(layout.fields.flatMap(({ column, watched }) => (watched === true ? column : []))),
    named: new Set(settings.metadata),
    manifest: undefined,
    reading,
    undecided,
    notes: notesOf(found, declared),
  };
}

/** What a field looks like. */
function sampled(field: string, element: Element, forms: Map<string, Set<VectorForm>>): unknown {
  const found = readVector(element);
  if (found === undefined) return readValue(element)[0];
  const seen = forms.get(field) ?? new Set();
  forms.set(field, seen.add(found.form));
  return found.form === 'array' ? found.vector : floatsOf(found.vector);
}

/** Doubles hold whatever the other forms do. */
function formOf(forms: ReadonlySet<VectorForm> = new Set()): VectorForm {
  const [only = 'array'] = forms;
  return forms.size > 1 ? 'array' : only;
}

function factsOf(
  sampler: FieldSampler,
  declared: ReadonlyMap<string, IndexedVector>,
  settings: Settings,
  { rows, ids }: { readonly rows: number; readonly ids: readonly IdForm[] },
): Field[] {
  const { container } = settings;
  const seen = new Map(sampler.facts().map((fact) => [fact.field, fact]));
  for (const field of [...declared.keys(), ...allNamed(namedFields(fieldOptionsOf(settings)))]) {
    if (!seen.has(field) && !field.includes('.'))
      seen.set(field, { field, shape: 'other', type: 'nothing', sampled: rows, present: 0 });
  }
  const id: Field = {
    field: '_id',
    declared: 'id',
    shape: 'text',
    type: ids.length === 0 ? 'the _id of the document' : `the _id of the document (${ids.join(', ')})`,
    sampled: rows,
    present: rows,
    fieldType: 'string',
  };
  const fields = [...seen.values()].map((fact): Field => {
    const index = declared.get(fact.field);
    if (index !== undefined) {
      const { dimension } = index;
      const lengths = { least: dimension, most: dimension };
      const shape = 'numbers' as const;
      return { ...fact, declared: 'vector', shape, kind: 'dense', lengths, dimension, fieldType: 'json' };
    }
    // There are no namespaces in MongoDB, whatever fields are called.
    const role = fact.field === 'namespace' ? { declared: 'metadata' as const } : {};
    const holds = fact.shape === 'object' && (fact.field === container || isContainerName(fact.field));
    const fieldType = fact.shape === 'text' ? 'string' : 'json';
    return { ...fact, ...role, ...(holds && { container: true }), fieldType };
  });
  return [id, ...fields];
}

function notesOf({ indexes }: Found, declared: ReadonlyMap<string, IndexedVector>): string[] {
  const deep = [...declared.keys()].filter((path) => path.includes('.'));
  return [
    ...deep.map(
      (path) => `the vectors at ${path} lie deeper than the top of their documents, and stay in the metadata`,
    ),
    ...(indexes === undefined ? ['this server has no vector search: queries compare all vectors'] : []),
  ];
}
