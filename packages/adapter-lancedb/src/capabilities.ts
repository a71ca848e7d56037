import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities(
  {
    // Others (hamming) are for bits, which have no place in a float vector.
    metrics: ['cosine', 'euclidean', 'dot'],
    // No sparse type: a struct could hold one, but nothing could search it.
    vectors: ['dense', 'named', 'multi'],
    datatypes: ['float32'],
    // Beside typed columns there is one of exact JSON text, which is UTF-8.
    metadata: { loneSurrogates: false },
    keepsSchema: false,
    // Ids become one SQL expression.
    limits: { fetchIds: 1000 },
  },
  EVERYTHING,
);
