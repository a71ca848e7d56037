import { VsmError, type DenseVector } from '@vsm/core/adapter';
import type { EmbeddingProvider } from './provider.ts';

/**
 * What a provider answered, as float32, once it is certain to be what was asked for.
 * @throws VsmError `REMOTE_FAILED`: nothing of this answer is kept or written
 */
export function checkVectors(
  vectors: readonly DenseVector[],
  texts: readonly string[],
  dimension: number | undefined,
  { id }: Pick<EmbeddingProvider, 'id'>,
): Float32Array[] {
  const fail = (problem: string): VsmError =>
    new VsmError('REMOTE_FAILED', `${id}: cannot use the vectors: ${problem}. None of this answer was written.`);
  if (vectors.length !== texts.length) {
    throw fail(`${texts.length} texts were sent, and ${vectors.length} vectors came back`);
  }
  const wanted = dimension ?? vectors[0]?.length;
  return vectors.map((vector, index) => {
    const which = `the vector of text ${index + 1} of ${texts.length}`;
    if (vector.length === 0) throw fail(`${which} is empty`);
    if (vector.length !== wanted) throw fail(`${which} has ${vector.length} dimensions in place of ${wanted}`);
    const floats = new Float32Array(vector);
    // From the numbers as they came: null would become 0, and a large one Infinity.
    for (let at = 0; at < vector.length; at += 1) {
      if (typeof vector[at] !== 'number' || !Number.isFinite(floats[at])) {
        throw fail(`${which} has ${String(vector[at])} in place of a number`);
      }
    }
    return floats;
  });
}
