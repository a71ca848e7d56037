import { createNearest, metricOf, own, type Match, type QueryRequest } from '@vsm/core/adapter';
import { EVERYTHING, type Position } from './read.ts';
import type { Placed } from './placed.ts';

const PAGE = 1000;

/** The nearest records, exactly: every one is looked at. */
export async function search(stored: Pick<Placed, 'describe' | 'read'>, request: QueryRequest): Promise<Match[]> {
  const nearest = createNearest(request, metricOf(own((await stored.describe()).vectors, request.using ?? '')));
  const include = request.filter === undefined ? (['vectors'] as const) : (['vectors', 'metadata'] as const);
  for (let from: Position | undefined = 0; from !== undefined;) {
    const page = await stored.read({ from, to: EVERYTHING.to }, PAGE, include);
    nearest.add(page.records);
    from = page.next;
  }
  return nearest.matches();
}
