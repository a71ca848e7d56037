import { decodeRecord, readRecords } from '@vsm/core';
import {
  distance,
  isDense,
  own,
  recordKey,
  VsmError,
  type DenseVector,
  type Metric,
  type ReadableCollection,
  type Reduction,
  type VectorRecord,
} from '@vsm/core/adapter';

/** One collection as it is searched: every record of it is compared, whatever index the store has. */
export interface JudgedSide {
  readonly collection: ReadableCollection;
  /** @default '' where there is one, else the first dense vector */
  readonly vector?: string | undefined;
  /** For queries that are texts, by the model of this side. */
  readonly embed?: ((texts: readonly string[]) => Promise<readonly DenseVector[]>) | undefined;
  /** How the vectors of this side were made smaller: those of the texts are, too. */
  readonly reduce?: Reduction | undefined;
  /** Only records of which this is true. @default all of them */
  readonly only?: ((record: VectorRecord) => boolean) | undefined;
}

export interface OpenSide extends JudgedSide {
  readonly name: 'source' | 'target';
  readonly vector: string;
  readonly metric: Metric;
}

/** Where a store does not say how it compares, vectors are compared by their direction. */
const USUAL: Metric = 'cosine';

/** @throws VsmError where there is no such vector */
export async function openSide(side: JudgedSide, name: OpenSide['name']): Promise<OpenSide> {
  const { vectors } = await side.collection.describe();
  const dense = Object.entries(vectors).filter(([, { kind }]) => kind === 'dense');
  const vector = side.vector ?? (dense.some(([one]) => one === '') || dense.length === 0 ? '' : (dense[0]?.[0] ?? ''));
  const schema = own(vectors, vector);
  if (dense.length > 0 && schema?.kind !== 'dense') {
    const names = dense.map(([one]) => JSON.stringify(one)).join(', ');
    throw new VsmError(
      'INVALID_OPTIONS',
      `The ${name} has no dense vector ${JSON.stringify(vector)}; it has ${names}.`,
    );
  }
  return { ...side, name, vector, metric: schema?.kind === 'dense' ? (schema.metric ?? USUAL) : USUAL };
}

/** Every record, with the id and namespace that it had where it came from. */
export async function* judgedRecords(
  { collection, vector, only }: OpenSide,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly key: string; readonly record: VectorRecord; readonly vector: DenseVector | undefined }> {
  for await (const stored of readRecords(collection, { include: ['vectors', 'metadata'], signal })) {
    const record = decodeRecord(stored);
    if (only?.(record) === false) continue;
    const found = own(record.vectors, vector);
    yield { key: recordKey(record), record, vector: found !== undefined && isDense(found) ? found : undefined };
  }
}

interface Hit {
  readonly key: string;
  readonly distance: number;
}

export interface ExactQuery {
  readonly vector: DenseVector;
  /** Not among its own answers. */
  readonly self: string | undefined;
  /** Records whose distances are wanted wherever they come. */
  readonly watched: ReadonlySet<string>;
}

export interface ExactAnswer {
  /** Nearest first; of equally near ones the smaller key. */
  readonly hits: readonly Hit[];
  readonly watched: ReadonlyMap<string, number>;
}

/** All queries in one pass, in memory of the answers alone. */
export async function searchExactly(
  side: OpenSide,
  queries: readonly ExactQuery[],
  topK: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly answers: readonly ExactAnswer[]; readonly records: number }> {
  const answers = queries.map(() => ({ hits: [] as Hit[], watched: new Map<string, number>() }));
  let records = 0;
  for await (const { key, vector } of judgedRecords(side, signal)) {
    if (vector === undefined) continue;
    records += 1;
    for (const [index, query] of queries.entries()) {
      const answer = answers[index];
      if (answer === undefined || key === query.self) continue;
      if (query.vector.length !== vector.length) {
        throw new VsmError(
          'INVALID_OPTIONS',
          `A query has ${query.vector.length} dimensions, but the ${side.name} has vectors of ${vector.length}: was it made by another model?`,
        );
      }
      const hit = { key, distance: distance(side.metric, query.vector, vector) };
      if (query.watched.has(key)) answer.watched.set(key, hit.distance);
      enter(answer.hits, hit, topK);
    }
  }
  return { answers, records };
}

function enter(hits: Hit[], hit: Hit, topK: number): void {
  const isBefore = (other: Hit): boolean =>
    hit.distance < other.distance || (hit.distance === other.distance && hit.key < other.key);
  const last = hits.at(-1);
  if (hits.length === topK && last !== undefined && !isBefore(last)) return;
  const at = hits.findIndex(isBefore);
  hits.splice(at === -1 ? hits.length : at, 0, hit);
  if (hits.length > topK) hits.pop();
}
