import type { FieldType } from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';
import type { FileOptions } from './options.ts';

/** What a column or a key of a file can be taken for, whatever the format. */
export interface Candidate {
  readonly name: string;
  /** `undefined`: neither a vector nor anything that could be one. */
  readonly vector?: 'dense' | 'sparse' | 'multi' | undefined;
  /** Components of the first vector, where one was read. */
  readonly dimension?: number | undefined;
  readonly type: FieldType;
  readonly note?: string | undefined;
}

/** Which column is what. */
export interface Layout {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
  readonly vectors: readonly VectorColumnLayout[];
  /** Columns that become one metadata field each. */
  readonly fields: readonly { readonly column: string; readonly key: string; readonly type: FieldType }[];
  /** A column whose entries become metadata fields. */
  readonly metadata?: string | undefined;
  /** How the file was understood, one sentence each. */
  readonly notes: readonly string[];
}

interface VectorColumnLayout {
  readonly name: string;
  readonly column: string;
  readonly kind: 'dense' | 'sparse' | 'multi';
  readonly dimension?: number | undefined;
}

const IDS = ['id', '_id', 'ID'];
const DOCUMENTS = ['document', 'text', 'content'];
const VECTOR_NAME = /^(vec|emb|dense|values)$|vector|embedding/i;
/** A shorter list of floats is rather a measurement, unless its name says that it is a vector. */
const SHORTEST_UNNAMED = 16;

/**
 * Decides which column is the id, which are vectors, and which is the text; every other column is a metadata field.
 * @throws VsmError `INVALID_OPTIONS` naming the option that helps.
 */
export function understand(path: string, candidates: readonly Candidate[], options: FileOptions): Layout {
  const names = candidates.map(({ name }) => name);
  const chosen = (
    option: keyof FileOptions,
    wanted: string | undefined,
    defaults: readonly string[],
  ): string | undefined => {
    if (wanted === undefined) return defaults.find((name) => names.includes(name));
    if (names.includes(wanted)) return wanted;
    throw invalidOptions(`${path} has no column "${wanted}" (option "${option}"). It has: ${names.join(', ')}`);
  };
  const id = chosen('idColumn', options.idColumn, IDS);
  if (id === undefined) {
    throw invalidOptions(
      `${path} has no column "id", "_id" or "ID". Name the one that holds the id with the option "idColumn". It has: ${names.join(', ')}`,
    );
  }
  const vectors = vectorsOf(path, candidates, options);
  const taken = new Set([id, ...vectors.map(({ column }) => column)]);
  const free = (name: string, types: readonly FieldType[]): boolean =>
    !taken.has(name) && candidates.some((candidate) => candidate.name === name && types.includes(candidate.type));
  const document =
    chosen(
      'documentColumn',
      options.documentColumn,
      DOCUMENTS.filter((name) => free(name, ['string'])),
    ) ?? undefined;
  const namespace = chosen(
    'namespaceColumn',
    options.namespaceColumn,
    ['namespace'].filter((name) => free(name, ['string'])),
  );
  const uri = free('uri', ['string']) ? 'uri' : undefined;
  const metadata = free('metadata', ['json']) ? 'metadata' : undefined;
  for (const name of [document, namespace, uri, metadata]) if (name !== undefined) taken.add(name);
  const fields = candidates
    .filter(({ name }) => !taken.has(name))
    .map(({ name, type }) => ({ column: name, key: name, type }));

  const notes = [`id: column "${id}"`];
  for (const { name, column, kind, dimension } of vectors) {
    const size = dimension === undefined ? '' : `, ${dimension} dimensions`;
    notes.push(`${name === '' ? 'vector' : `vector "${name}"`}: column "${column}" (${kind}${size})`);
  }
  if (vectors.length === 0) notes.push('vector: none; name the column with the option "vectorColumns" if there is one');
  notes.push(document === undefined ? 'document: none' : `document: column "${document}"`);
  if (namespace !== undefined) notes.push(`namespace: column "${namespace}"`);
  if (uri !== undefined) notes.push(`uri: column "${uri}"`);
  if (metadata !== undefined) notes.push(`metadata: the entries of column "${metadata}"`);
  if (fields.length > 0)
    notes.push(`metadata: ${fields.map(({ column }) => `"${column}"`).join(', ')}; null means absent`);
  for (const { name, note } of candidates) {
    if (note !== undefined && fields.some(({ column }) => column === name)) notes.push(`column "${name}": ${note}`);
  }
  return { id, namespace, document, uri, vectors, fields, metadata, notes };
}

function vectorsOf(
  path: string,
  candidates: readonly Candidate[],
  { vectorColumns }: FileOptions,
): readonly VectorColumnLayout[] {
  const found =
    vectorColumns?.map((wanted) => {
      const candidate = candidates.find(({ name }) => name === wanted);
      if (candidate?.vector !== undefined) return candidate;
      const why = candidate === undefined ? 'there is no such column' : 'it does not hold lists of floats';
      throw invalidOptions(`column "${wanted}" of ${path} (option "vectorColumns"): ${why}`);
    }) ??
    candidates.filter(
      ({ name, vector, dimension = 0 }) =>
        vector === 'sparse' || (vector !== undefined && (VECTOR_NAME.test(name) || dimension >= SHORTEST_UNNAMED)),
    );
  return found.map(({ name, vector = 'dense', dimension }) => ({
    name: found.length === 1 ? '' : name,
    column: name,
    kind: vector,
    dimension,
  }));
}
