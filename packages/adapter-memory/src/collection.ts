import {
  createNearest,
  invalidCursor,
  matches,
  metricOf,
  own,
  worthwhileParts,
  type CollectionSchema,
  type CollectionV1,
  type CountRequest,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core/adapter';
import { copyRecord } from './mapping.ts';

/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_RECORDS = 10;

/** Records in slots of an array, in the order in which they first came. */
export function memoryCollection(created: CollectionSchema): CollectionV1 {
  let schema = created;
  // A record keeps its slot when it is written again, and a deleted one leaves a hole: cursors are slots and stay valid.
  const slots: (VectorRecord | undefined)[] = [];
  const slotOf = new Map<string, number>();
  const key = (id: string, namespace: string | undefined): string => JSON.stringify([namespace ?? '', id]);
  const selected = ({ namespace, filter }: CountRequest, record: VectorRecord | undefined): record is VectorRecord =>
    record !== undefined &&
    (namespace === undefined || (record.namespace ?? '') === namespace) &&
    (filter === undefined || matches(filter, record.metadata));

  return {
    name: schema.name,
    async describe() {
      return schema;
    },
    async count(request = {}) {
      return { value: slots.filter((record) => selected(request, record)).length, exact: true };
    },
    async listNamespaces() {
      return [...new Set(slots.flatMap((record) => (record === undefined ? [] : [record.namespace ?? ''])))].toSorted();
    },
    async partition(target) {
      const size = Math.max(1, Math.ceil(slots.length / worthwhileParts(target, slots.length, LEAST_RECORDS)));
      const starts = Array.from({ length: Math.ceil(slots.length / size) }, (_, index) => index * size);
      return starts.map((start) => ({ id: `${start}-${start + size}`, estimatedCount: size }));
    },
    async scan({ partition, cursor, limit, include, ...request }) {
      const [start = 0, end = slots.length] = partition?.id.split('-').map(Number) ?? [];
      const records: VectorRecord[] = [];
      let slot = cursor === undefined ? start : slotOfCursor(cursor, schema.name);
      for (; slot < Math.min(end, slots.length) && records.length < limit; slot += 1) {
        const record = slots[slot];
        if (selected(request, record)) records.push(record);
      }
      return {
        records: records.map((record) => ({
          ...(include.includes('metadata') ? record : { id: record.id, namespace: record.namespace, metadata: {} }),
          vectors: include.includes('vectors') ? record.vectors : {},
        })),
        cursor: slot < Math.min(end, slots.length) ? String(slot) : null,
      };
    },
    async upsert(records, options) {
      for (const record of records) {
        const slot = slotOf.get(key(record.id, record.namespace));
        if (slot !== undefined && options?.mode === 'insert-only') continue;
        slotOf.set(key(record.id, record.namespace), slot ?? slots.length);
        slots[slot ?? slots.length] = copyRecord(record);
        schema = { ...schema, vectors: withDimensions(schema.vectors, record) };
      }
      return { accepted: records.length, rejected: [] };
    },
    async fetch(ids, options) {
      return ids.flatMap((id) => slots[slotOf.get(key(id, options?.namespace)) ?? -1] ?? []);
    },
    async delete(ids, options) {
      for (const id of ids) {
        const slot = slotOf.get(key(id, options?.namespace));
        if (slot !== undefined) slots[slot] = undefined;
        slotOf.delete(key(id, options?.namespace));
      }
    },
    async query(request) {
      const nearest = createNearest(request, metricOf(own(schema.vectors, request.using ?? '')));
      nearest.add(slots.filter((record) => record !== undefined));
      return nearest.matches();
    },
  };
}

/** Without this check a damaged cursor would compare as NaN, and end the scan as if all had been read. */
function slotOfCursor(cursor: string, collection: string): number {
  if (/^\d+$/.test(cursor)) return Number(cursor);
  throw invalidCursor('memory', cursor, collection);
}

/** A vector that was created without a dimension gets that of its first value. */
function withDimensions(
  schemas: Readonly<Record<string, VectorSchema>>,
  record: VectorRecord,
): Readonly<Record<string, VectorSchema>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const vector = own(record.vectors, name);
      const length = vector !== undefined && 'length' in vector ? vector.length : undefined;
      return [
        name,
        schema.kind === 'dense' && schema.dimension === undefined ? { ...schema, dimension: length } : schema,
      ];
    }),
  );
}
