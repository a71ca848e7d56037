import {
  createNearest,
  invalidCursor,
  invalidPartition,
  isDense,
  metricOf,
  own,
  type CollectionV1,
  type Match,
  type QueryRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Content } from './content.ts';
import { ADAPTER, readOnly } from './errors.ts';

const PAGE = 1000;
/** Records are read so many at a time, until a page has about so many bytes. */
const STEP = 50;
const PAGE_BYTES = 1024 * 1024;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The verbs of a collection over its places. `check` is called before each, and refuses to go on in files that changed. */
export function folderCollection(
  content: Content,
  identity: () => Promise<string | undefined>,
  check: () => void,
): CollectionV1 {
  const { name } = content.description;
  const rangeOf = (id: string | undefined): Range => {
    if (id === undefined) return { from: 0, to: content.end };
    const [, from, to] = /^(\d+)-(\d+)$/.exec(id) ?? [];
    if (from === undefined || to === undefined) throw invalidPartition(ADAPTER, id, name);
    return { from: Number(from), to: Number(to) };
  };
  return {
    name,
    identify: identity,
    async describe() {
      return content.description;
    },
    async count() {
      check();
      return { value: content.count, exact: true };
    },
    async partition(target) {
      const step = Math.max(1, Math.ceil(content.end / target));
      const parts = Array.from({ length: Math.max(1, Math.ceil(content.end / step)) }, (_, at) => at * step);
      return parts.map((from) => ({
        id: `${from}-${Math.min(content.end, from + step)}`,
        estimatedCount: Math.round(content.count / parts.length),
      }));
    },
    async scan({ partition, cursor, limit, include }) {
      check();
      const { from, to } = rangeOf(partition?.id);
      const start = cursor === undefined ? from : Number(cursor);
      if (!Number.isSafeInteger(start) || start < from || start > to) throw invalidCursor(ADAPTER, cursor ?? '', name);
      const places = content.places(start, to, limit + 1);
      const records: VectorRecord[] = [];
      let read = 0;
      for (let bytes = 0; read < Math.min(limit, places.length) && bytes < PAGE_BYTES; read += STEP) {
        const step = await content.at(places.slice(read, Math.min(limit, read + STEP)), include);
        for (const record of step) bytes += sizeOf(record);
        records.push(...step);
      }
      const next = places[Math.min(limit, read)];
      return { records, cursor: next === undefined ? null : String(next) };
    },
    async fetch(ids) {
      check();
      return [...(await content.at(await content.find(ids), ['vectors', 'metadata']))];
    },
    async query(request) {
      check();
      return search(content, request);
    },
    async upsert() {
      throw readOnly();
    },
    async delete() {
      throw readOnly();
    },
  };
}

/** Of what mostly takes the room. */
function sizeOf({ vectors, document = '' }: VectorRecord): number {
  const components = Object.values(vectors).reduce((sum, vector) => sum + (isDense(vector) ? vector.length : 0), 0);
  return 8 * components + 2 * document.length;
}

/** The nearest records, exactly: every one is looked at. */
async function search(content: Content, request: QueryRequest): Promise<Match[]> {
  const nearest = createNearest(request, metricOf(own(content.description.vectors, request.using ?? '')));
  const include = request.filter === undefined ? (['vectors'] as const) : (['vectors', 'metadata'] as const);
  for (let places = content.places(0, content.end, PAGE); places.length > 0;) {
    nearest.add(await content.at(places, include));
    places = content.places((places.at(-1) as number) + 1, content.end, PAGE);
  }
  return nearest.matches();
}
