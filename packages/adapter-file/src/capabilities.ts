import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities(
  {
    // Text in Parquet is UTF-8.
    metadata: { loneSurrogates: false },
    datatypes: [...EVERYTHING.datatypes, 'float64'],
  },
  EVERYTHING,
);
