import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities(
  {
    // Text in Parquet is UTF-8.
    metadata: { loneSurrogates: false },
    // What is written meanwhile lies in a journal, and replaces what the file has at once.
    scan: 'stable',
    datatypes: [...EVERYTHING.datatypes, 'float64'],
  },
  EVERYTHING,
);
