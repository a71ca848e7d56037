import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities(
  {
    access: 'read-only',
    metrics: ['cosine', 'euclidean', 'dot'],
    vectors: ['dense', 'named'],
    datatypes: ['float64', 'float32'],
    namespaces: false,
    insertOnly: false,
    keepsSchema: false,
    // Read as it was when it was opened, or not at all.
    scan: 'snapshot',
  },
  EVERYTHING,
);
