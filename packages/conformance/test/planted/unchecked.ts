import { createMemory } from '@vsm/adapter-memory';
import type { Capabilities } from '@vsm/core/adapter';
import { NORMALISING, PLAINEST } from '../capability-profiles.ts';
import type { PlantedBug } from './planted-bug.ts';

/** A store that says it does little, and takes whatever comes: what an adapter without the guard would do. */
function unchecked(said: Partial<Capabilities>, cases: readonly string[]): PlantedBug[] {
  const capabilities: Capabilities = { ...createMemory().capabilities, ...said };
  return cases.map((caughtBy) => ({
    fault: `does not keep to its capabilities (${caughtBy})`,
    caughtBy,
    soundCapabilities: said,
    over: (store) => ({ ...store, capabilities, effectiveCapabilities: async () => capabilities }),
  }));
}

export const uncheckedBugs: readonly PlantedBug[] = [
  ...unchecked(PLAINEST, [
    'schema/refuses-the-metric-cosine',
    'schema/refuses-the-metric-dot',
    'schema/refuses-the-metric-manhattan',
    'schema/refuses-the-metric-jaccard',
    'schema/refuses-named-vectors',
    'schema/refuses-sparse-vectors',
    'schema/refuses-multi-vectors',
    'schema/refuses-namespaces',
    'schema/refuses-a-dimension-over-the-limit',
    'upsert/insert-only-is-refused',
    'upsert/refuses-a-zero-vector',
    'upsert/refuses-a-record-without-vectors',
    'upsert/refuses-an-id-that-is-too-long',
    'upsert/refuses-a-uri-it-has-no-place-for',
    'upsert/refuses-a-namespace-it-does-not-have',
    'upsert/refuses-metadata-that-is-too-large',
    'metadata/keys-outside-the-grammar',
    'metadata/keys-of-the-greatest-length',
    'namespaces/are-refused-where-there-are-none',
    'query/exact-is-refused',
  ]),
  ...unchecked(NORMALISING, [
    'schema/refuses-the-metric-euclidean',
    'upsert/refuses-an-id-of-a-kind-it-has-not',
    'upsert/refuses-an-id-that-would-be-rewritten',
    'upsert/refuses-a-document-it-has-no-place-for',
  ]),
  ...unchecked({ access: 'read-only' }, ['lifecycle/read-only-refuses-to-write']),
];
