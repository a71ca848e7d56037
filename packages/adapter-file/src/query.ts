import { distance, matches, type Match, type QueryRequest, own } from '@vsm/core/adapter';
import { EVERYTHING, type Position } from './read.ts';
import type { Placed } from './placed.ts';

const PAGE = 1000;

/** The nearest records, exactly: every one is looked at. */
export async function search(
  stored: Pick<Placed, 'describe' | 'read'>,
  { vector, using = '', topK, namespace, filter }: QueryRequest,
): Promise<Match[]> {
  const schema = own((await stored.describe()).vectors, using);
  const metric = (schema === undefined || schema.kind === 'sparse' ? undefined : schema.metric) ?? 'cosine';
  let best: Match[] = [];
  for (let from: Position | undefined = 0; from !== undefined;) {
    const include = filter === undefined ? (['vectors'] as const) : (['vectors', 'metadata'] as const);
    const page = await stored.read({ from, to: EVERYTHING.to }, PAGE, include);
    for (const record of page.records) {
      const candidate = own(record.vectors, using);
      if (candidate === undefined) continue;
      if (namespace !== undefined && (record.namespace ?? '') !== namespace) continue;
      if (filter !== undefined && !matches(filter, record.metadata)) continue;
      best.push({ id: record.id, namespace: record.namespace, score: distance(metric, vector, candidate) });
    }
    best = best.toSorted((left, right) => left.score - right.score || (left.id < right.id ? -1 : 1)).slice(0, topK);
    from = page.next;
  }
  return best;
}
