import { decodeRecord } from '../mapping/envelope.ts';
import { mapRecord } from '../migrate/copy.ts';
import type { MigrationPlan } from '../migrate/plan.ts';
import type { CollectionV1, StoreFacts } from '../spec/v1.ts';

export interface SearchReport {
  readonly passed: boolean;
  readonly queries: number;
  readonly topK: number;
  /** Mean share of the source's hits that the target found too, 0 to 1. */
  readonly overlap: number;
  /** The least overlap that passes. */
  readonly required: number;
  /** Whether both sides searched exactly. */
  readonly exact: boolean;
}

const QUERIES = 20;
const TOP_K = 10;
/** Exact searches may still disagree where several records are equally near at the last place. */
const REQUIRED_EXACT = 0.99;
const REQUIRED_APPROXIMATE = 0.9;

interface SearchSides {
  readonly plan: MigrationPlan;
  readonly source: CollectionV1;
  readonly targetStore: StoreFacts;
  readonly target: CollectionV1;
  readonly signal?: AbortSignal | undefined;
}

/** Asks both sides the same questions: vectors of the source's own records. */
export async function compareSearches(sides: SearchSides): Promise<SearchReport | undefined> {
  const { plan, source, target, targetStore, signal } = sides;
  const name = Object.keys(plan.vectorNames).find(
    (key) => plan.schema.vectors[plan.vectorNames[key] ?? '']?.kind === 'dense',
  );
  if (name === undefined) return undefined;
  const using = plan.vectorNames[name];
  const page = await source.scan(
    { limit: QUERIES, include: ['vectors', 'metadata'], filter: plan.filter, namespace: plan.namespaces?.[0] },
    { signal },
  );
  const exact = targetStore.capabilities.exactQuery;
  let overlap = 0;
  let queries = 0;
  for (const record of page.records) {
    const vector = record.vectors[name];
    if (vector === undefined) continue;
    const namespace = record.namespace;
    const before = await source.query({ vector, using: name, topK: TOP_K, namespace }, { signal });
    const after = await target.query(
      { vector, using, topK: TOP_K, exact, namespace: plan.namespacePolicy === 'keep' ? namespace : undefined },
      { signal },
    );
    // The same id may be spelled differently in the target, so both lists are compared as the target spells them.
    const originals = await source.fetch(
      before.map(({ id }) => id),
      { namespace, signal },
    );
    const wanted = new Set(originals.map((original) => mapRecord(decodeRecord(original), plan, targetStore).id));
    const shared = after.filter(({ id }) => wanted.has(id)).length;
    overlap += before.length === 0 ? 1 : shared / before.length;
    queries += 1;
  }
  const mean = queries === 0 ? 1 : overlap / queries;
  const required = exact ? REQUIRED_EXACT : REQUIRED_APPROXIMATE;
  return { passed: mean >= required, queries, topK: TOP_K, overlap: mean, required, exact };
}
