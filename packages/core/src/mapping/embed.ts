import pLimit from 'p-limit';
import { ValidationError } from '../errors.ts';
import type { RefusedRecord } from './layout.ts';
import type { DenseVector, VectorRecord } from '../spec/record.ts';

/** Computes new vectors while records move. */
export interface Embedding {
  /** As many vectors as texts, in their order. */
  readonly embed: (texts: readonly string[]) => Promise<readonly DenseVector[]>;
  /** What `embed` returns; the target collection gets this dimension. */
  readonly dimension: number;
  /** Name of the vector to replace. @default '' */
  readonly vector?: string | undefined;
  /**
   * A record without a text gets no vector; one whose text is refused is rejected, with this reason. The same for the same record each
   * time: plan and verification ask again. @default the document
   */
  readonly text?: ((record: VectorRecord) => string | undefined | RefusedRecord) | undefined;
  /** The model, and what its texts are made of. Kept in the plan: a run is taken up only with an embedding of the same description. */
  readonly description?: string | undefined;
  /** Texts a call. @default 100 */
  readonly batchSize?: number | undefined;
  /** Calls at once. @default 2 */
  readonly concurrency?: number | undefined;
}

export interface Embedded {
  readonly records: readonly VectorRecord[];
  readonly refused: readonly { readonly record: VectorRecord; readonly reason: string }[];
}

export type Embedder = (records: readonly VectorRecord[]) => Promise<Embedded>;

/**
 * What becomes of records whose vectors are not asked for: those with a refused text leave all the same, and what the others have in place
 * of the old vector says no more than that there is one.
 */
export function refuseTexts(embedding: Embedding): (records: readonly VectorRecord[]) => Embedded {
  const { vector: name = '' } = embedding;
  const uncomputed = new Float32Array(embedding.dimension);
  return (given) => {
    const texts = given.map(textsOf(embedding));
    const { records, refused } = sortOut(given, texts);
    const kept = texts.filter((text) => typeof text !== 'object');
    return {
      records: records.map((record, at) => withVector(record, name, kept[at] === undefined ? undefined : uncomputed)),
      refused,
    };
  };
}

function withVector(record: VectorRecord, name: string, vector: DenseVector | undefined): VectorRecord {
  const { [name]: _old, ...others } = record.vectors;
  return { ...record, vectors: vector === undefined ? others : { ...others, [name]: vector } };
}

/** @throws ValidationError where a run is to be carried on with another embedding than it was planned with */
export function checkEmbedding(
  planned: Pick<Embedding, 'description'> | undefined,
  given: Embedding | undefined,
): void {
  const [before, now] = [planned?.description, given?.description];
  if (planned === undefined || given === undefined || before === now) return;
  const name = (one: string | undefined): string => (one === undefined ? 'an embedding without a description' : one);
  throw new ValidationError(
    `The plan was made with ${name(before)}, but is to be carried out with ${name(now)}. Vectors of two models cannot be compared: give it the same.`,
  );
}

type Text = string | undefined | RefusedRecord;

const textsOf =
  ({ text }: Embedding): ((record: VectorRecord) => Text) =>
  (record) =>
    text === undefined ? record.document : text(record);

function sortOut(records: readonly VectorRecord[], texts: readonly Text[]): Embedded {
  const refused = records.flatMap((record, index) => {
    const text = texts[index];
    return typeof text === 'object' ? [{ record, reason: text.refused }] : [];
  });
  return {
    records: refused.length === 0 ? records : records.filter((_, index) => typeof texts[index] !== 'object'),
    refused,
  };
}

/** A record without text keeps everything but the old vector, which would not fit beside the new ones. */
export function createEmbedder(embedding: Embedding): Embedder {
  const { batchSize = 100, vector: name = '' } = embedding;
  const limit = pLimit(embedding.concurrency ?? 2);
  const textOf = textsOf(embedding);
  return async (given) => {
    const all = given.map(textOf);
    const { records, refused } = sortOut(given, all);
    const texts = all.filter((text) => typeof text !== 'object');
    const withText = records.flatMap((_record, index) => (texts[index] === undefined ? [] : [index]));
    const batches = Array.from({ length: Math.ceil(withText.length / batchSize) }, (_, at) =>
      withText.slice(at * batchSize, (at + 1) * batchSize),
    );
    const made = new Map<number, DenseVector>();
    await Promise.all(
      batches.map((batch) =>
        limit(async () => {
          const vectors = await embedding.embed(batch.map((index) => texts[index] ?? ''));
          if (vectors.length !== batch.length) {
            throw new ValidationError(`embed was given ${batch.length} texts and returned ${vectors.length} vectors.`);
          }
          for (const [at, index] of batch.entries()) made.set(index, vectors[at] as DenseVector);
        }),
      ),
    );
    return { records: records.map((record, index) => withVector(record, name, made.get(index))), refused };
  };
}
