import { matches, type CollectionV1, type Match, type VectorSchema } from '@vsm/core/adapter';
import { distance } from './distance.ts';
import { invalidCursor } from './errors.ts';
import { RecordIndex } from './record-index.ts';
import { EVERYTHING, type Range, type RecordFile } from './record-file.ts';

const QUERY_PAGE = 1000;

/** What a finished file offers: everything but writing. */
export function fileCollection(name: string, file: RecordFile, readOnly: () => Error): CollectionV1 {
  const index = new RecordIndex(file);
  const rangeOf = (id: string | undefined): Range => {
    if (id === undefined) return EVERYTHING;
    const [from = Number.NaN, to = Number.NaN] = id.split('-').map(Number);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw invalidCursor(name, id);
    return { from, to };
  };

  return {
    name,
    async describe() {
      return file.describe(name);
    },
    async count(request = {}) {
      if (request.namespace === undefined) return { value: await file.count(), exact: true };
      return { value: (await index.namespaces()).get(request.namespace) ?? 0, exact: true };
    },
    async listNamespaces() {
      return [...(await index.namespaces()).keys()].toSorted();
    },
    async partition(target) {
      return (await file.split(target)).map(({ from, to, count }) => ({ id: `${from}-${to}`, estimatedCount: count }));
    },
    async scan({ partition, cursor, limit, include, namespace }) {
      const range = rangeOf(partition?.id);
      const from = cursor === undefined ? range.from : Number(cursor);
      if (!Number.isSafeInteger(from) || from < range.from) throw invalidCursor(name, cursor ?? '');
      const page = await file.read({ from, to: range.to }, limit, include);
      return {
        records: page.records.filter((record) => namespace === undefined || (record.namespace ?? '') === namespace),
        cursor: page.next === undefined ? null : String(page.next),
      };
    },
    async fetch(ids, options) {
      return index.fetch(ids, options?.namespace ?? '');
    },
    async query({ vector, using = '', topK, namespace, filter }) {
      const { vectors } = await file.describe(name);
      const schema = vectors[using] as VectorSchema;
      const metric = (schema.kind === 'sparse' ? undefined : schema.metric) ?? 'cosine';
      let best: Match[] = [];
      for (let from: number | undefined = 0; from !== undefined;) {
        const page = await file.read(
          { from, to: EVERYTHING.to },
          QUERY_PAGE,
          filter === undefined ? ['vectors'] : ['vectors', 'metadata'],
        );
        for (const record of page.records) {
          const candidate = record.vectors[using];
          if (candidate === undefined) continue;
          if (namespace !== undefined && (record.namespace ?? '') !== namespace) continue;
          if (filter !== undefined && !matches(filter, record.metadata)) continue;
          best.push({ id: record.id, namespace: record.namespace, score: distance(metric, vector, candidate) });
        }
        best = best.toSorted((left, right) => left.score - right.score || (left.id < right.id ? -1 : 1)).slice(0, topK);
        from = page.next;
      }
      return best;
    },
    async upsert() {
      throw readOnly();
    },
    async delete() {
      throw readOnly();
    },
  };
}
