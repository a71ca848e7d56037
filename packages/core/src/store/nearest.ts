import { matches } from '../filter.ts';
import { own, type VectorRecord } from '../spec/record.ts';
import type { Match, Metric, QueryRequest, ScanPage, ScanRequest, VectorSchema } from '../spec/v1.ts';
import { distance } from './distance.ts';

/** The nearest of the records that it was given, a page at a time. */
export interface Nearest {
  add(records: readonly VectorRecord[]): void;
  matches(): Match[];
}

/** A search without an index: every record is looked at. A vector without a metric is compared by its direction. */
export function createNearest(
  { vector, using = '', topK, namespace, filter }: QueryRequest,
  metric: Metric = 'cosine',
): Nearest {
  let best: Match[] = [];
  return {
    add(records) {
      const found = records.flatMap((record): Match[] => {
        const candidate = own(record.vectors, using);
        if (candidate === undefined) return [];
        if (namespace !== undefined && (record.namespace ?? '') !== namespace) return [];
        if (filter !== undefined && !matches(filter, record.metadata)) return [];
        return [{ id: record.id, namespace: record.namespace, score: distance(metric, vector, candidate) }];
      });
      best = [...best, ...found]
        .toSorted((left, right) => left.score - right.score || (left.id < right.id ? -1 : 1))
        .slice(0, topK);
    },
    matches: () => best,
  };
}

const PAGE = 1000;

/** A search without an index in a store that is read by pages. */
export async function compareAll(
  request: QueryRequest,
  metric: Metric | undefined,
  readPage: (request: ScanRequest) => Promise<ScanPage>,
): Promise<Match[]> {
  const found = createNearest(request, metric);
  const include: ScanRequest['include'] = request.filter === undefined ? ['vectors'] : ['vectors', 'metadata'];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await readPage({ cursor, limit: PAGE, include });
    found.add(page.records);
    cursor = page.cursor;
  }
  return found.matches();
}

/** A sparse vector has none. */
export function metricOf(schema: VectorSchema | undefined): Metric | undefined {
  return schema === undefined || schema.kind === 'sparse' ? undefined : schema.metric;
}
