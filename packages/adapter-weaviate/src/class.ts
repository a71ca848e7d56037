import {
  checkList,
  checkObject,
  checkText,
  isMetadataObject,
  objectAt,
  own,
  parseJsonObject,
  textAt,
  type CollectionSchema,
  type JsonObject,
  type Metric,
} from '@vsm/core/adapter';
import type { Property } from './values.ts';

/** What VSM notes of a collection that it made, in the description of its class. */
export interface Note {
  readonly name: string;
  /** By the name in the store, `''` being the vector without one. */
  readonly vectors: Readonly<Record<string, { readonly name: string; readonly dimension?: number | undefined }>>;
  /** Of the records as they were, before those that are no UUIDs got one. */
  readonly ids?: CollectionSchema['ids'];
  /** The property that holds documents, once there are some. */
  readonly document: string;
}

/** One vector of the objects of a class. */
export interface ClassVector {
  /** In records. */
  readonly name: string;
  /** In the store, `''` being the one without a name. */
  readonly stored: string;
  readonly kind: 'dense' | 'multi';
  readonly metric: Metric | undefined;
  readonly dimension: number | undefined;
  /** The module that makes the vector where none is given. */
  readonly vectorizer: string | undefined;
}

export interface ClassInfo {
  readonly class: string;
  readonly note: Note | undefined;
  readonly vectors: readonly ClassVector[];
  readonly properties: ReadonlyMap<string, Property>;
  readonly tenants: boolean;
  /** As the server gave it. */
  readonly native: JsonObject;
}

const DISTANCES: Readonly<Record<string, Metric>> = {
  cosine: 'cosine',
  'l2-squared': 'euclidean',
  dot: 'dot',
  manhattan: 'manhattan',
  hamming: 'hamming',
};
const PREFIX = 'VSM ';
/** What the SDK calls a vector that nobody named. */
export const DEFAULT_VECTOR = 'default';

export function distanceOf(metric: Metric): string | undefined {
  return Object.keys(DISTANCES).find((distance) => DISTANCES[distance] === metric);
}

export const printNote = (note: Note): string => PREFIX + JSON.stringify(note);

/** @throws WrongAnswer for anything but a class */
export function readClass(value: unknown): ClassInfo {
  const native = checkObject(value, 'a class') as JsonObject;
  const name = checkText(native['class'], 'the name of a class');
  const note = readNote(native['description']);
  const given = (native['properties'] ?? []) as unknown;
  const properties = checkList(given, 'the properties of a class').map((one) => {
    const property = checkObject(one, 'a property') as unknown as Property;
    checkText(property.name, 'the name of a property');
    return [property.name, { ...property, dataType: checkList(property.dataType, 'a type') as string[] }] as const;
  });
  return {
    class: name,
    note,
    vectors: readVectors(native, note),
    properties: new Map(properties),
    tenants: objectAt(native, 'multiTenancyConfig')?.['enabled'] === true,
    native,
  };
}

/** The name that a collection goes by. */
export const collectionNameOf = (info: ClassInfo): string => info.note?.name ?? info.class;

function readVectors(native: JsonObject, note: Note | undefined): ClassVector[] {
  const named = Object.entries(objectAt(native, 'vectorConfig') ?? {});
  const unnamed = typeof native['vectorIndexType'] === 'string' && native['vectorIndexType'] !== '';
  const read = (stored: string, config: JsonObject): ClassVector => {
    const index = objectAt(config, 'vectorIndexConfig') ?? {};
    const noted = note !== undefined && Object.hasOwn(note.vectors, stored) ? note.vectors[stored] : undefined;
    const plain = stored === DEFAULT_VECTOR && named.length === 1 && !unnamed ? '' : stored;
    const vectorizer = config['vectorizer'];
    const module = typeof vectorizer === 'string' ? vectorizer : Object.keys((vectorizer ?? {}) as object)[0];
    return {
      stored,
      name: noted?.name ?? plain,
      kind: objectAt(index, 'multivector')?.['enabled'] === true ? 'multi' : 'dense',
      metric: own(DISTANCES, textAt(index, 'distance')),
      dimension: noted?.dimension,
      vectorizer: module === undefined || module === 'none' || module === '' ? undefined : module,
    };
  };
  return [...(unnamed ? [read('', native)] : []), ...named.map(([name, config]) => read(name, config as JsonObject))];
}

function readNote(description: unknown): Note | undefined {
  if (typeof description !== 'string' || !description.startsWith(PREFIX)) return undefined;
  const note = parseJsonObject(description.slice(PREFIX.length));
  const isNote =
    typeof note?.['name'] === 'string' &&
    typeof note['document'] === 'string' &&
    isMetadataObject(note['vectors'] ?? null);
  return isNote ? (note as unknown as Note) : undefined;
}
