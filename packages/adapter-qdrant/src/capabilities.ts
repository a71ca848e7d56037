import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export function capabilities(documentKey: string | false): Capabilities {
  return defineCapabilities({
    access: 'read-write',
    metrics: ['cosine', 'euclidean', 'dot', 'manhattan'],
    // Scaled to length 1 on write, unless the length is 1 already: then every bit is kept.
    normalizes: ['cosine'],
    ids: ['uint64', 'uuid'],
    vectors: ['dense', 'named', 'sparse', 'multi'],
    datatypes: ['float32', 'float16', 'uint8'],
    emptyRecords: true,
    zeroVectors: true,
    document: documentKey,
    metadata: {
      null: true,
      object: true,
      arrays: 'any',
      // From -2^63 to 2^64 - 1; the server turns what lies beyond into floats.
      integers: 'uint64',
      floats: 'distinct',
      // Payloads are kept as JSON text and parsed whenever they are read or moved to another segment:
      // https://github.com/qdrant/qdrant/tree/v1.18.3/lib/segment/src/payload_storage
      numberParser: 'serde-shortest',
      negativeZero: true,
      nul: true,
    },
    // Left out on purpose: `ne`, `nin` and `not` (a superset cannot be negated), `exists` and `null` (an empty list counts as
    // missing, https://qdrant.tech/documentation/concepts/filtering/#is-empty), `contains` (a text index makes it match words).
    filter: ['and', 'or', 'eq', 'gt', 'gte', 'lt', 'lte', 'in'],
    insertOnly: true,
    // Pages go by id: https://api.qdrant.tech/api-reference/points/scroll-points
    scan: 'stable',
    exactQuery: true,
    // After `flush`; a write itself returns when the server has it in its log.
    readAfterWrite: 'immediate',
    limits: { fetchIds: 1000, dimension: 65_536 },
  });
}
