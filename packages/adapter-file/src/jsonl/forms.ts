/** Lines in which other programs print several records, or one in an envelope of its own. */
import type { FieldReading } from '@vsm/core/adapter';
import { items, members } from './top-level.ts';

/** The members of one record, as text. */
export type Row = ReadonlyMap<string, string>;

export interface Form {
  readonly name: string;
  /** Whether a line may hold several records. */
  readonly many: boolean;
  readonly fits: (line: Row) => boolean;
  readonly rows: (line: Row) => readonly Row[];
  /** What the form itself says of fields. */
  readonly declared?: Readonly<Record<string, 'id' | 'metadata'>>;
  /** Members of the line that belong to the answer, and to none of its records. */
  readonly envelope: (line: Row) => readonly string[];
}

const PLAIN: Form = {
  name: 'one record a line',
  many: false,
  fits: () => true,
  rows: (line) => [line],
  envelope: () => [],
};

/** Member of an answer of Chroma's `get()` → field of each record. */
const CHROMA: Readonly<Record<string, string>> = {
  ids: 'id',
  embeddings: 'embedding',
  documents: 'document',
  metadatas: 'metadata',
  uris: 'uri',
  data: 'data',
};

const CHROMA_GET: Form = {
  name: "answers of Chroma's get()",
  many: true,
  fits: (line) =>
    isList(line.get('ids')) && ['embeddings', 'documents', 'metadatas'].some((key) => isList(line.get(key))),
  rows(line) {
    const ids = items(line.get('ids') ?? '[]');
    const rows = ids.map(() => new Map<string, string>());
    for (const [key, field] of Object.entries(CHROMA)) {
      const text = line.get(key);
      if (!isList(text)) continue;
      const values = items(text ?? '[]');
      if (values.length !== ids.length) throw new Error(`it has ${ids.length} ids, but ${values.length} "${key}"`);
      for (const [at, value] of values.entries()) if (value !== 'null') rows[at]?.set(field, value);
    }
    return rows;
  },
  envelope: (line) => [...line.keys()].filter((key) => !isList(line.get(key)) || !Object.hasOwn(CHROMA, key)),
};

const OPENAI_BATCH: Form = {
  name: 'results of an OpenAI batch',
  many: true,
  fits: (line) => line.has('custom_id') && isObject(line.get('response') ?? ''),
  declared: { custom_id: 'id', id: 'metadata', response: 'metadata', error: 'metadata' },
  rows(line) {
    const response = membersOf(line.get('response'));
    const body = membersOf(response.get('body'));
    const data = body.get('data');
    const found = data !== undefined && isList(data) ? items(data) : [];
    // A request that failed has no embedding, and is a record all the same.
    if (found.length === 0) return [line];
    return found.map((item, at) => {
      const { embedding = 'null', ...rest } = Object.fromEntries(members(item));
      const inner = print({ ...Object.fromEntries(body), data: print(rest) });
      const row = new Map([...line, ['response', print({ ...Object.fromEntries(response), body: inner })]]);
      const id = String(JSON.parse(line.get('custom_id') ?? 'null'));
      if (found.length > 1) row.set('custom_id', JSON.stringify(`${id}#${at}`));
      return row.set('embedding', embedding);
    });
  },
  envelope: () => [],
};

/** Where lists of records lie in the answers of Qdrant, Weaviate and Pinecone. */
const LISTS = ['points', 'objects', 'matches'];

const ANSWER: Form = {
  name: 'answers with a list of records',
  many: true,
  fits: (line) => listOf(line) !== undefined && !line.has('id'),
  rows: (line) => (listOf(line) ?? []).map((item) => members(item)),
  envelope: (line) => [...line.keys()],
};

const FORMS = [CHROMA_GET, OPENAI_BATCH, ANSWER];

/** The form that the first lines have, each of them. */
export function formOf(lines: readonly Row[]): Form {
  return FORMS.find(({ fits }) => lines.length > 0 && lines.every((line) => fits(line))) ?? PLAIN;
}

/** What the envelope holds, left out by name. */
export function envelopeReadings({ envelope, name }: Form, lines: readonly Row[]): FieldReading[] {
  const keys = new Set(lines.flatMap((line) => envelope(line)));
  return [...keys].map((field) => ({
    field,
    role: 'ignored',
    basis: 'declared',
    evidence: `belongs to ${name}, not to a record`,
  }));
}

function listOf(line: Row): readonly string[] | undefined {
  const result = line.get('result');
  const places = [line, ...(result !== undefined && isObject(result) ? [members(result)] : [])];
  for (const place of places) {
    for (const key of LISTS) {
      const text = place.get(key);
      if (!isList(text)) continue;
      const found = items(text ?? '[]');
      if (found.every((item) => isObject(item) && members(item).has('id'))) return found;
    }
  }
  return undefined;
}

function membersOf(text: string | undefined): Map<string, string> {
  return text !== undefined && isObject(text) ? members(text) : new Map<string, string>();
}

function print(texts: Readonly<Record<string, string>>): string {
  return `{${Object.entries(texts)
    .map(([key, text]) => `${JSON.stringify(key)}:${text}`)
    .join(',')}}`;
}

function isList(text: string | undefined): boolean {
  return text?.trimStart().startsWith('[') ?? false;
}

export function isObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}
