import { createHash } from 'node:crypto';
import { Embeddings } from '@langchain/core/embeddings';

const DIMENSION = 32;

/** A model that needs no download, and gives the same text the same vector everywhere: texts with common words are near each other. */
export class HashedWords extends Embeddings {
  constructor() {
    super({});
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return texts.map(vectorOf);
  }

  override async embedQuery(text: string): Promise<number[]> {
    return vectorOf(text);
  }
}

function vectorOf(text: string): number[] {
  const vector = new Float64Array(DIMENSION);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const digest = createHash('sha256').update(word).digest();
    for (let at = 0; at < DIMENSION; at += 1) vector[at] = (vector[at] ?? 0) + digest.readInt8(at);
  }
  const length = Math.hypot(...vector) || 1;
  return Array.from(vector, (component) => Math.fround(component / length));
}
