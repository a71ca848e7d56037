import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

/** Vectors of all datatypes are kept as float32, which holds every value of the others. */
export const capabilities: Capabilities = defineCapabilities(
  {
    filter: ['and', 'or', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'null', 'contains'],
    // A record that is deleted and written again while a scan is under way comes at its end.
    scan: 'best-effort',
  },
  EVERYTHING,
);
