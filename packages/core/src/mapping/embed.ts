import pLimit from 'p-limit';
import { ValidationError } from '../errors.ts';
import type { DenseVector, VectorRecord } from '../spec/record.ts';

/** Computes new vectors while records move. */
export interface Embedding {
  /** As many vectors as texts, in their order. */
  readonly embed: (texts: readonly string[]) => Promise<readonly DenseVector[]>;
  /** What `embed` returns; the target collection gets this dimension. */
  readonly dimension: number;
  /** Name of the vector to replace. @default '' */
  readonly vector?: string | undefined;
  /** @default the document */
  readonly text?: ((record: VectorRecord) => string | undefined) | undefined;
  /** Texts a call. @default 100 */
  readonly batchSize?: number | undefined;
  /** Calls at once. @default 2 */
  readonly concurrency?: number | undefined;
}

export type Embedder = (records: readonly VectorRecord[]) => Promise<VectorRecord[]>;

/** A record without text keeps everything but the old vector, which would not fit beside the new ones. */
export function createEmbedder(embedding: Embedding): Embedder {
  const { batchSize = 100, vector: name = '' } = embedding;
  const limit = pLimit(embedding.concurrency ?? 2);
  const textOf = embedding.text ?? ((record: VectorRecord) => record.document);
  return async (records) => {
    const texts = records.map(textOf);
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
    return records.map((record, index) => {
      const { [name]: _old, ...others } = record.vectors;
      const vector = made.get(index);
      return { ...record, vectors: vector === undefined ? others : { ...others, [name]: vector } };
    });
  };
}
