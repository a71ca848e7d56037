import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

/** Vectors of all datatypes are kept as float32, which holds every value of the others. */
export const capabilities: Capabilities = defineCapabilities(
  {
    filter: ['and', 'or', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'null', 'contains'],
    // A record keeps its slot while it is there; what is written meanwhile is seen or not.
    scan: 'stable',
  },
  EVERYTHING,
);
