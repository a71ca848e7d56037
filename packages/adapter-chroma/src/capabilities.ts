import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // In the order of Chroma's own preference: l2 is what it takes when nobody says.
  metrics: ['euclidean', 'cosine', 'dot'],
  // A cosine index keeps unit vectors and lengths apart and multiplies them when read: measured on 1.0.5, 30 to 100 % of the
  // vectors come back with some components off by one float32 step.
  rounds: ['cosine'],
  zeroVectors: true,
  document: true,
  uri: true,
  metadata: {
    // Lists came after 1.0; `effectiveCapabilities` asks the server.
    arrays: 'homogeneous',
    integers: 'int64',
    floats: 'distinct',
    // The write-ahead log keeps metadata as JSON text: measured on 1.0.5, two readings explain every one of 600,000 doubles.
    numberParser: 'serde-shortest',
    nul: true,
    // Accepted, and then missing on every read (chroma-core/chroma#1717); `#` and `$` are refused by newer servers.
    reservedPrefixes: ['chroma:', '#', '$'],
    reservedKeys: [''],
  },
  filter: ['and', 'or', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin'],
  // `add` leaves an existing id untouched.
  insertOnly: true,
  // Ids are listed first: see scan.ts. On Chroma Cloud it is best-effort.
  scan: 'stable',
  readAfterWrite: 'immediate',
  limits: {
    // SQLite binds at most 32,766 variables a statement, and an upsert needs six of them for a record.
    upsertBatch: 5000,
    fetchIds: 5000,
  },
});
