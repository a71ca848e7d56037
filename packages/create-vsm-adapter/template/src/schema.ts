import {
  UnsupportedError,
  type CollectionDescription,
  type CollectionSchema,
  type Metric,
  type Warning,
} from '@vsm/core/adapter';
import type { Space, Table } from './server.ts';

const SPACES: Partial<Record<Metric, Space>> = { cosine: 'cosine', euclidean: 'l2', dot: 'dot' };
const METRICS: Record<Space, Metric> = { cosine: 'cosine', l2: 'euclidean', dot: 'dot' };

// TODO 4 (schema/): what a collection is made of, and how it is described again. What Acme cannot express is a warning, and a guess is none.
export function toTable({ name, vectors }: CollectionSchema): { table: Table; warnings: readonly Warning[] } {
  const vector = vectors[''];
  if (vector?.kind !== 'dense') {
    throw new UnsupportedError('vectors', `acme: cannot create "${name}": a table holds one dense vector a row`, {
      adapter: 'acme',
    });
  }
  const space = vector.metric === undefined ? undefined : SPACES[vector.metric];
  const detail = 'a table needs a metric and none is known, so it gets cosine';
  return {
    table: { space: space ?? 'cosine', size: vector.dimension ?? null },
    warnings: space === undefined ? [{ type: 'approximated', feature: 'metric', detail }] : [],
  };
}

export function toDescription(name: string, { space, size }: Table): CollectionDescription {
  return { name, vectors: { '': { kind: 'dense', dimension: size ?? undefined, metric: METRICS[space] } } };
}
