import { matches } from '../filter.ts';
import { own, type VectorRecord } from '../spec/record.ts';
import type { Match, Metric, QueryRequest, VectorSchema } from '../spec/v1.ts';
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

/** A sparse vector has none. */
export function metricOf(schema: VectorSchema | undefined): Metric | undefined {
  return schema === undefined || schema.kind === 'sparse' ? undefined : schema.metric;
}
