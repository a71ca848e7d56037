import { VsmError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import { own } from '../spec/record.ts';
import { withRetry } from '../store/retry.ts';
import type { ScanPage } from '../spec/v1.ts';
import type { Sides } from './ids.ts';

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

/** Asks both sides the same questions: vectors of the source's own records. `undefined` where they cannot be asked alike. */
export async function compareSearches(sides: Sides, notes: string[]): Promise<SearchReport | undefined> {
  const { plan } = sides;
  const name = Object.keys(plan.vectorNames).find(
    (key) => own(plan.schema.vectors, own(plan.vectorNames, key) ?? '')?.kind === 'dense',
  );
  const unlike = name === undefined ? 'there is no dense vector' : whyUnlike(sides, own(plan.vectorNames, name));
  if (name === undefined || unlike !== undefined) {
    notes.push(`searches were not compared: ${unlike}`);
    return undefined;
  }
  try {
    return await askBoth(sides, name);
  } catch (error) {
    if (!VsmError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
    notes.push(`searches were not compared: ${error.message}`);
    return undefined;
  }
}

async function askBoth(sides: Sides, name: string): Promise<SearchReport> {
  const { plan, source, target, pipeline, retry, signal } = sides;
  const firstPage = (): Promise<ScanPage> =>
    source.scan({ limit: QUERIES, include: ['vectors', 'metadata'], namespace: plan.namespaces?.[0] }, { signal });
  const page = await withRetry(firstPage, retry, signal);
  const exact = sides.targetStore.capabilities.exactQuery && (await isExact(sides, name, page.records[0]));
  let overlap = 0;
  let queries = 0;
  for (const record of page.records) {
    const vector = own(record.vectors, name);
    if (vector === undefined) continue;
    const { namespace } = record;
    const [mine] = (await pipeline.map([record], true)).mapped;
    if (mine === undefined) continue;
    const before = await source.query({ vector, using: name, topK: TOP_K, namespace, exact }, { signal });
    const using = own(plan.vectorNames, name);
    const asked = { vector: own(mine.stored.vectors, using ?? '') ?? vector, namespace: mine.stored.namespace };
    const after = await target.query({ ...asked, using, topK: TOP_K, exact }, { signal });
    // The same id may be spelled differently in the target, so both lists are compared as the target spells them.
    const ids = before.map(({ id }) => id);
    const { mapped } = await pipeline.map(await source.fetch(ids, { namespace, signal }), true);
    const wanted = new Set(mapped.map(({ stored }) => stored.id));
    overlap += wanted.size === 0 ? 1 : after.filter(({ id }) => wanted.has(id)).length / wanted.size;
    queries += 1;
  }
  const mean = queries === 0 ? 1 : overlap / queries;
  const required = exact ? REQUIRED_EXACT : REQUIRED_APPROXIMATE;
  return { passed: mean >= required, queries, topK: TOP_K, overlap: mean, required, exact };
}

/** Two collections answer alike only if they hold the same records and compare them in the same way. */
function whyUnlike({ plan, pipeline, transformed }: Sides, target: string | undefined): string | undefined {
  if (plan.filter !== undefined) return 'the source holds records that the filter left out';
  if (plan.targetCount > 0) return 'the target held other records before';
  if (plan.layout?.namespaces === 'changed') return 'the layout moves records between namespaces';
  if (transformed) return 'a transform may have left records out';
  if (plan.reduction !== undefined && own(plan.vectorNames, plan.reduction.vector) === target) {
    return 'its vectors were made smaller, and vsm judge compares what is found by them';
  }
  return pipeline.computedVector !== undefined && pipeline.computedVector === target
    ? 'its vectors were computed anew'
    : undefined;
}

async function isExact({ source, signal }: Sides, name: string, record: VectorRecord | undefined): Promise<boolean> {
  const vector = record && own(record.vectors, name);
  if (vector === undefined) return false;
  try {
    await source.query({ vector, using: name, topK: 1, namespace: record?.namespace, exact: true }, { signal });
    return true;
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'UNSUPPORTED') return false;
    throw error;
  }
}
