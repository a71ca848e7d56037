import {
  isMetadataObject,
  type CallOptions,
  type CollectionDescription,
  type MetadataValue,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { parseLayout, printLayout } from './choice.ts';
import { judge, lookAt } from './detect.ts';
import { field, keysOf, type Observed } from './observed.ts';
import type { StoredRecord } from './stored-record.ts';

/** A layout that the records would fit, though they would fit what somebody wrote without a framework too. */
export interface PossibleLayout {
  /** As options of layouts write it, with every name that the collection has for the framework's own. */
  readonly layout: string;
  /** For people. */
  readonly title: string;
  /** What makes it possible. */
  readonly basis: string;
}

/**
 * The layouts that a collection could have in which {@link detectLayout} finds none, such as those of LangChain, whose users may name every
 * field and column. They are guesses: nothing is proposed by them.
 */
export async function guessLayouts(
  store: VectorStoreV1,
  name: string,
  options: CallOptions = {},
): Promise<PossibleLayout[]> {
  const observed = await lookAt(store, name, options);
  if (observed === undefined || observed.records.length === 0 || judge(observed) !== undefined) return [];
  const shape = shapeOf(observed);
  if (shape === undefined) return [];
  const { length } = observed.records;
  return shape.frameworks.map((called) => {
    const { framework } = parseLayout(called);
    return {
      layout: printLayout({ framework, options: shape.options }),
      title: framework.title,
      basis: `${shape.basis} (${length} of ${length} records)`,
    };
  });
}

interface Shape {
  readonly frameworks: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly basis: string;
}

const BOTH = ['langchain-py', 'langchain-js'] as const;

function shapeOf(observed: Observed): Shape | undefined {
  if (observed.store === 'chroma') return shapeOfCollection(observed);
  if (observed.store === 'qdrant') return shapeOfPoints(observed);
  if (observed.store === 'pgvector') return shapeOfTable(observed);
  return observed.store === 'weaviate' || observed.store === 'mongodb' ? shapeOfFields(observed) : undefined;
}

/** Texts with metadata beside them: LangChain tells Chroma of no embedding function, Haystack of its default one. */
function shapeOfCollection({ name, records, description }: Observed): Shape | undefined {
  if (records.some(({ document }) => document === undefined)) return undefined;
  if (makesVectors(description)) {
    const basis = 'a document in each record, in a collection that is called as Haystack calls it by itself';
    return name === 'documents' ? { frameworks: ['haystack'], options: {}, basis } : undefined;
  }
  return {
    frameworks: BOTH,
    options: {},
    basis: 'a document in each record, and vectors that no embedding function of Chroma made',
  };
}

function makesVectors({ native }: CollectionDescription): boolean {
  const configuration = native?.['chroma']?.['configuration'];
  return typeof configuration === 'object' && configuration !== null && 'embedding_function' in configuration;
}

/** LangChain calls the text so unless told otherwise, as others do; each field beside it is metadata. */
function shapeOfFields({ records, description, columns }: Observed): Shape | undefined {
  const isSo = columns?.document === 'text' && records.every(({ document }) => document !== undefined);
  if (!isSo || onlyDense(description) !== '') return undefined;
  return { frameworks: ['langchain-py'], options: {}, basis: 'a text in "text", beside one vector without a name' };
}

/** Two fields, a text and an object, beside one dense vector. */
function shapeOfPoints({ records, description }: Observed): Shape | undefined {
  const vector = onlyDense(description);
  const [text, metadata] = pairIn(records) ?? [];
  if (vector === undefined || text === undefined || metadata === undefined) return undefined;
  return {
    frameworks: BOTH,
    options: { text_key: text, metadata_key: metadata, ...(vector !== '' && { vector_name: vector }) },
    basis: `a text in "${text}" and an object in "${metadata}", and no other field`,
  };
}

/** Four columns of somebody's naming: an id, a text, a vector, an object. */
function shapeOfTable({ records, description, columns }: Observed): Shape | undefined {
  // A table that VSM made is nobody else's.
  if (description.reading === undefined || columns?.id === undefined || columns.vector === undefined) return undefined;
  const { id, vector, fields } = columns;
  const known = [columns.document, columns.metadata].filter((column) => column !== undefined);
  const [text, object] = known.length === 2 ? known : (pairIn(records, columns.document) ?? []);
  if (text === undefined || object === undefined || known.length + fields.length !== 2) return undefined;
  const uuids = description.ids === 'uuid';
  return {
    // Only that of Python takes ids of another type.
    frameworks: uuids ? BOTH : ['langchain-py'],
    options: {
      id_column: id,
      text_key: text,
      vector_name: vector,
      metadata_key: object,
      ...(!uuids && { id_type: 'text' }),
    },
    basis: `columns for an id ("${id}"), a text ("${text}"), a vector ("${vector}") and an object ("${object}"), and no others`,
  };
}

/** The names of a text and of an object or null, where every record has these two fields and no other. */
function pairIn(records: readonly StoredRecord[], document?: string): readonly [string, string] | undefined {
  const names = [...new Set(records.flatMap(keysOf))];
  const isAll = (name: string, holds: (value: MetadataValue | undefined) => boolean): boolean =>
    records.every((record) => holds(field(record, name)));
  const isText = (value: MetadataValue | undefined): boolean => typeof value === 'string';
  const isObject = (value: MetadataValue | undefined): boolean => isMetadataObject(value ?? null);
  const text = document ?? names.find((name) => isAll(name, isText));
  const object = names.find(
    (name) =>
      records.some((record) => isObject(field(record, name))) &&
      isAll(name, (value) => value === null || isObject(value)),
  );
  const count = document === undefined ? 2 : 1;
  return text === undefined || object === undefined || names.length !== count ? undefined : [text, object];
}

function onlyDense({ vectors }: CollectionDescription): string | undefined {
  const [first, ...others] = Object.entries(vectors);
  return first?.[1].kind === 'dense' && others.length === 0 ? first[0] : undefined;
}
