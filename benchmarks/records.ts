import { float, type VectorRecord } from '@vsm/core';

/** Synthetic records, the same in every run: `dimension` components of about unit scale, eight metadata fields, a sentence. */
export function makeRecord(index: number, dimension: number): VectorRecord {
  const vector = new Float32Array(dimension);
  let state = (index + 1) * 2654435761;
  for (let at = 0; at < dimension; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    vector[at] = state / 4294967296 - 0.5;
  }
  return {
    id: `record-${index.toString().padStart(8, '0')}`,
    vectors: { '': vector },
    metadata: {
      index,
      price: float((state % 10_000) / 100),
      published: index % 2 === 0,
      year: 1990 + (index % 36),
      section: `section-${index % 50}`,
      author: `author ${state % 1000}`,
      language: ['en', 'de', 'fr', 'es'][index % 4] ?? 'en',
      homepage: `https://example.com/records/${index}`,
    },
    document: `Record number ${index} of section ${index % 50}: a sentence of ordinary length that stands for its text.`,
  };
}
