import type { Index as LanceIndex, Table } from '@lancedb/lancedb';
import { own, type CollectionSchema, type JsonObject, type JsonValue, type Metric } from '@vsm/core/adapter';
import type { Layout } from './schema.ts';

/** What `describe` gives as `native.lancedb`, so that another LanceDB table can have the same indexes. */
interface IndexSettings {
  /** Name of the vector, or of the metadata field. */
  readonly of: string;
  readonly kind: 'vector' | 'field';
  readonly type: string;
  readonly metric?: string | undefined;
  readonly subVectors?: number | undefined;
  readonly bits?: number | undefined;
  readonly connections?: number | undefined;
  readonly construction?: number | undefined;
}

interface Details {
  readonly metric_type?: string;
  readonly compression?: { readonly num_bits?: number; readonly num_sub_vectors?: number };
  readonly hnsw?: { readonly max_connections?: number; readonly construction_ef?: number };
}

const METRICS: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', dot: 'dot', hamming: 'hamming' };
/** Below this the engine cannot train; it then searches every vector, which is exact and fast enough. */
const FEWEST_ROWS = 256;

export interface TableIndexes {
  readonly native: JsonObject | undefined;
  /** Column → metric: only an index knows it. */
  readonly metrics: ReadonlyMap<string, Metric>;
}

export async function readIndexes(table: Table, layout: Layout): Promise<TableIndexes> {
  const metrics = new Map<string, Metric>();
  const indexes: IndexSettings[] = [];
  for (const index of await table.listIndices()) {
    const column = index.columns[0] ?? '';
    const details = ('indexDetails' in index ? index.indexDetails : undefined) as Details | undefined;
    const vector = layout.vectors.find((candidate) => candidate.column === column);
    const told =
      details?.metric_type ?? (vector === undefined ? undefined : (await table.indexStats(index.name))?.distanceType);
    const metric = own(METRICS, told?.toLowerCase() ?? '');
    if (metric !== undefined) metrics.set(column, metric);
    indexes.push({
      of: vector?.name ?? column,
      kind: vector === undefined ? 'field' : 'vector',
      type: index.indexType,
      metric: told?.toLowerCase(),
      subVectors: details?.compression?.num_sub_vectors,
      bits: details?.compression?.num_bits,
      connections: details?.hnsw?.max_connections,
      construction: details?.hnsw?.construction_ef,
    });
  }
  if (indexes.length === 0) return { native: undefined, metrics };
  return { native: { indexes: JSON.parse(JSON.stringify(indexes)) as JsonValue }, metrics };
}

/** What an HNSW index has where its settings do not say: https://lancedb.github.io/lancedb/js/interfaces/HnswPqOptions/ */
const USUAL_LINKS = 20;

/** The most links that any index has which a table of this schema gets. */
export function linksOf({ native }: CollectionSchema): number {
  const given = native?.['lancedb']?.['indexes'];
  const graphs = (Array.isArray(given) ? (given as unknown as IndexSettings[]) : []).filter(({ type }) =>
    /hnsw/i.test(type),
  );
  return Math.max(0, ...graphs.map(({ connections }) => connections ?? USUAL_LINKS));
}

/** Makes the indexes that the collection was created with and does not have yet. Safe to call twice. */
export async function createIndexes(table: Table, layout: Layout): Promise<void> {
  const wanted = layout.own?.native?.['lancedb']?.['indexes'];
  if (!Array.isArray(wanted) || (await table.countRows()) < FEWEST_ROWS) return;
  const { Index } = await import('@lancedb/lancedb');
  const there = new Set((await table.listIndices()).map(({ columns }) => columns[0]));
  for (const settings of wanted as unknown as IndexSettings[]) {
    const column =
      settings.kind === 'vector' ? layout.vectors.find(({ name }) => name === settings.of)?.column : settings.of;
    const config = indexOf(Index, settings);
    if (column === undefined || config === undefined || there.has(column)) continue;
    if (layout.schema.fields.some(({ name }) => name === column)) await table.createIndex(column, { config });
  }
}

function indexOf(Index: typeof LanceIndex, settings: IndexSettings): LanceIndex | undefined {
  const { metric, subVectors, connections, construction } = settings;
  const distanceType = metric === 'cosine' || metric === 'dot' ? metric : 'l2';
  const pq = { distanceType, ...(subVectors !== undefined && { numSubVectors: subVectors }) } as const;
  const hnsw = {
    distanceType,
    ...(connections !== undefined && { m: connections }),
    ...(construction !== undefined && { efConstruction: construction }),
  } as const;
  switch (settings.type.toLowerCase().replaceAll('_', '')) {
    case 'ivfpq':
      return Index.ivfPq(pq);
    case 'ivfflat':
      return Index.ivfFlat({ distanceType });
    case 'ivfrq':
      return Index.ivfRq({ distanceType });
    case 'ivfhnswpq':
      return Index.hnswPq({ ...hnsw, ...pq });
    case 'ivfhnswsq':
      return Index.hnswSq(hnsw);
    case 'btree':
      return Index.btree();
    case 'bitmap':
      return Index.bitmap();
    case 'labellist':
      return Index.labelList();
    case 'fts':
      return Index.fts();
    default:
      return undefined;
  }
}
