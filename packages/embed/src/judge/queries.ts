import { readFile } from 'node:fs/promises';
import {
  checkList,
  checkNumber,
  checkObject,
  checkText,
  type DenseVector,
  type MetadataValue,
  own,
  recordKey,
  VsmError,
} from '@vsm/core/adapter';
import { judgedRecords, type OpenSide } from './exact.ts';
import { randomFrom } from './random.ts';

/** What both sides are asked. */
export interface Query {
  readonly name: string;
  readonly text?: string | undefined;
  /** In place of a text: a vector for each side. */
  readonly vectors?: { readonly source: DenseVector; readonly target: DenseVector } | undefined;
  /** Ids of the records that are right. */
  readonly relevant?: readonly string[] | undefined;
  /** For the figures by slice. */
  readonly slice?: string | undefined;
  /** The record that it is itself. */
  readonly self?: string | undefined;
}

/**
 * JSON Lines, a query each: `{"query": "text", "relevant": ["id"], "slice": "name"}`, or with
 * `"vectors": {"source": [...], "target": [...]}` in place of the text.
 * @throws VsmError `INVALID_OPTIONS` naming the line
 */
export async function readQueries(path: string): Promise<readonly Query[]> {
  const invalid = (what: string, cause: unknown): VsmError =>
    new VsmError('INVALID_OPTIONS', `The queries in ${path} cannot be read: ${what}: ${(cause as Error).message}.`, {
      cause,
    });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid('no file', cause);
  });
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  return lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      try {
        return readQuery(JSON.parse(line) as unknown, `line ${number}`);
      } catch (cause) {
        throw invalid(`line ${number}`, cause);
      }
    });
}

function readQuery(value: unknown, name: string): Query {
  const entry = checkObject(value, 'a query');
  const { query, vectors, relevant, slice } = entry;
  const ids =
    relevant === undefined
      ? undefined
      : checkList(relevant, '"relevant"').map((id) => checkText(id, 'an id of "relevant"'));
  if (ids?.length === 0) throw new Error('"relevant" names no id');
  const numbers = (side: unknown): number[] =>
    checkList(side, 'a vector').map((one) => checkNumber(one, 'a number of a vector'));
  const both = vectors === undefined ? undefined : checkObject(vectors, '"vectors"');
  if (both === undefined) checkText(query, '"query"');
  return {
    name,
    text: query === undefined ? undefined : checkText(query, '"query"'),
    vectors: both === undefined ? undefined : { source: numbers(both['source']), target: numbers(both['target']) },
    relevant: ids?.map((id) => recordKey({ id })),
    slice: slice === undefined ? undefined : checkText(slice, '"slice"'),
  };
}

interface Sampling {
  readonly count: number;
  /** A field of the metadata, whose value is the slice. */
  readonly slice: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Records of the source, chosen by chance and the same each time, as their own queries: their vectors are on both sides. */
export async function sampleQueries(
  source: OpenSide,
  target: OpenSide,
  { count, slice, signal }: Sampling,
): Promise<{ readonly queries: readonly Query[]; readonly unasked: number }> {
  const random = randomFrom(7);
  const chosen: {
    key: string;
    id: string;
    text: string | undefined;
    slice: string | undefined;
    vector: DenseVector;
  }[] = [];
  let seen = 0;
  for await (const { key, record, vector } of judgedRecords(source, signal)) {
    if (vector === undefined) continue;
    seen += 1;
    const at = chosen.length < count ? chosen.length : Math.floor(random() * seen);
    if (at >= count) continue;
    const value = slice === undefined ? undefined : own(record.metadata, slice);
    chosen[at] = {
      key,
      id: record.id,
      text: record.document,
      slice: value === undefined ? undefined : sliceName(value),
      vector,
    };
  }
  const wanted = new Map(chosen.map((one) => [one.key, one]));
  const found = new Map<string, DenseVector>();
  for await (const { key, vector } of judgedRecords(target, signal)) {
    if (vector !== undefined && wanted.has(key)) found.set(key, vector);
  }
  const queries = chosen.flatMap((one) => {
    const vector = found.get(one.key);
    const { id, text, key } = one;
    return vector === undefined
      ? []
      : [{ name: id, text, slice: one.slice, self: key, vectors: { source: one.vector, target: vector } }];
  });
  return { queries, unasked: chosen.length - queries.length };
}

const sliceName = (value: MetadataValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value, printBig);

function printBig(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
