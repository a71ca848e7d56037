import { float, type VectorRecord } from '@vsm/core';

export interface RecordShape {
  readonly dimension: number;
  /** Left out: eight fields and a sentence, about 400 bytes. A number: one text of so many bytes, or nothing. */
  readonly metadataBytes?: number | undefined;
}

/** Synthetic records, the same in every run: components of about unit scale. The id is a number, which every store can hold. */
export function makeRecord(index: number, shape: RecordShape): VectorRecord {
  const { dimension, metadataBytes } = shape;
  const vector = new Float32Array(dimension);
  let state = (index + 1) * 2654435761;
  for (let at = 0; at < dimension; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    vector[at] = state / 4294967296 - 0.5;
  }
  const base = { id: String(index + 1), vectors: { '': vector } };
  if (metadataBytes === 0) return { ...base, metadata: {} };
  if (metadataBytes !== undefined) {
    const words = `Words of record ${index}, `;
    return {
      ...base,
      metadata: { text: words.repeat(Math.ceil(metadataBytes / words.length)).slice(0, metadataBytes) },
    };
  }
  return {
    ...base,
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
