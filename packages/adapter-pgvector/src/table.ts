import type { FieldType, JsonObject, Metric, VectorSchema } from '@vsm/core/adapter';

/** A column as the catalog describes it. */
export interface Column {
  readonly name: string;
  /** As `format_type` prints it, such as `vector(384)` or `character varying(191)`. */
  readonly type: string;
  readonly key: boolean;
}

/** How VSM understands a table: which column is what. */
export interface TableLayout {
  readonly id: Column;
  readonly namespace: string | undefined;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, Column>>;
  readonly document: string | undefined;
  readonly metadata: Column | undefined;
  /** Columns that are metadata fields of their own. */
  readonly fields: readonly Column[];
  readonly notes: readonly string[];
}

/** What VSM writes into the comment of a table that it made: what no catalog knows. */
export interface TableManifest {
  readonly vsm: 1;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly namespaces?: boolean | undefined;
  readonly fields?: Readonly<Record<string, FieldType>> | undefined;
  readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}

const ID_NAMES = ['id', 'langchain_id', 'uuid', 'node_id', 'vector_id', '_id'];
const DOCUMENT_NAMES = ['document', 'content', 'text', 'pageContent', 'page_content', 'body', 'chunk'];
const METADATA_NAMES = ['metadata', 'metadata_', 'cmetadata', 'langchain_metadata', 'meta', 'vmetadata', 'payload'];
const VECTOR_TYPE = /^(vector|halfvec)(\((\d+)\))?$/;

/** @returns a sentence that says what is missing, where the table cannot be read as a collection. */
export function understandTable(columns: readonly Column[], manifest: TableManifest | undefined): TableLayout | string {
  const vectorColumns = columns.filter(({ type }) => VECTOR_TYPE.test(type));
  if (vectorColumns.length === 0) return 'it has no vector column';
  const keys = columns.filter(({ key }) => key);
  const namespace = manifest?.namespaces === true ? 'namespace' : undefined;
  const keysBesideNamespace = keys.filter(({ name }) => name !== namespace);
  const id =
    keysBesideNamespace.length === 1
      ? keysBesideNamespace[0]
      : ID_NAMES.map((name) => columns.find((column) => column.name === name)).find((column) => column !== undefined);
  if (id === undefined) return 'it has no primary key of one column, and no column named id';

  const byName = (names: readonly string[], fits: (type: string) => boolean): Column | undefined =>
    names
      .map((name) => columns.find((column) => column.name === name && fits(column.type)))
      .find((found) => found !== undefined);
  const document = byName(DOCUMENT_NAMES, (type) => /^(text|character varying)/.test(type));
  const metadata = byName(METADATA_NAMES, (type) => type === 'jsonb' || type === 'json');
  const vectors = nameVectors(vectorColumns, manifest);
  const taken = new Set([id.name, namespace, document?.name, metadata?.name, ...vectorColumns.map(({ name }) => name)]);
  const fields = columns.filter(({ name }) => !taken.has(name));
  const notes = [
    `ids are in column "${id.name}" (${id.type})`,
    ...Object.entries(vectors).map(
      ([name, column]) =>
        `${name === '' ? 'vectors are' : `vector "${name}" is`} in column "${column.name}" (${column.type})`,
    ),
    document === undefined ? 'no column was taken for the document' : `documents are in column "${document.name}"`,
    metadata === undefined
      ? 'no column was taken for metadata'
      : `metadata is in column "${metadata.name}" (${metadata.type})`,
    ...(fields.length > 0
      ? [`these columns are metadata too: ${fields.map(({ name }) => `"${name}"`).join(', ')}`]
      : []),
  ];
  return { id, namespace, vectors, document: document?.name, metadata, fields, notes };
}

/** A table of one vector column has one unnamed vector, unless VSM made it otherwise. */
function nameVectors(columns: readonly Column[], manifest: TableManifest | undefined): Record<string, Column> {
  const [only] = columns;
  if (manifest === undefined && columns.length === 1 && only !== undefined) return { '': only };
  const names = new Map(Object.entries(manifest?.vectors ?? {}).map(([name, column]) => [column, name]));
  return Object.fromEntries(columns.map((column) => [names.get(column.name) ?? column.name, column]));
}

export function vectorSchema(column: Column, metric: Metric | undefined): VectorSchema {
  const [, type, , dimension] = VECTOR_TYPE.exec(column.type) ?? [];
  return {
    kind: 'dense',
    dimension: dimension === undefined ? undefined : Number(dimension),
    metric,
    datatype: type === 'halfvec' ? 'float16' : undefined,
  };
}

/** The column of a table that VSM makes. The unnamed vector becomes `embedding`. */
export function columnOf(vectorName: string): string {
  return vectorName === '' ? 'embedding' : vectorName;
}

export function readManifest(comment: string | null): TableManifest | undefined {
  if (comment?.startsWith('{"vsm":1') !== true) return undefined;
  try {
    return JSON.parse(comment) as TableManifest;
  } catch {
    return undefined;
  }
}
