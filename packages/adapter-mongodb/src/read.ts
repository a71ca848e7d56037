import {
  invalidCursor,
  invalidPartition,
  worthwhileParts,
  type CountRequest,
  type Partition,
  type ScanPage,
  type ScanRequest,
  type VectorRecord,
  type Witness,
} from '@vsm/core/adapter';
import type { Document } from 'mongodb';
import { ejsonOf, ejsonValue, valueAt } from './bson-values.ts';
import type { Connection } from './client.ts';
import { isUnknown } from './errors.ts';
import { toCondition } from './filter.ts';
import { bsonId, idElement } from './ids.ts';
import type { Layout } from './layout.ts';
import { readDocument } from './mapping.ts';
import { conditionsOf, type Range } from './order.ts';

/** What of a collection is read, and by what. */
export interface Reading {
  readonly connection: Connection;
  readonly layout: Layout;
}

/** Bytes of documents after which a page ends, whatever its limit: one document may have 16 MB. */
const PAGE_BYTES = 32 * 1024 * 1024;
/** Documents of which the `_id`s are looked at for each part. */
const SAMPLED = 50;
/** Of a part: to begin with one takes as long as reading some hundred, and a sample of 5 % or more reads the whole collection. */
const LEAST_DOCUMENTS = 2000;

/** One page in the order of `_id`. The cursor is the last `_id`, as Extended JSON. */
export async function scanPage(
  reading: Reading,
  { cursor, limit, include, filter, partition: part }: ScanRequest,
): Promise<ScanPage> {
  const { connection, layout } = reading;
  const whole = part === undefined ? {} : partOf(part, layout);
  const range = cursor === undefined ? whole : { ...whole, after: placeOf(cursor, layout) };
  const documents: Uint8Array[] = [];
  let bytes = 0;
  const isFerret = await connection.isFerret();
  const matching = filter === undefined ? undefined : toCondition(filter, layout, isFerret);
  for (const place of conditionsOf(range, isFerret)) {
    const wanted = limit - documents.length;
    const condition = matching === undefined ? place : { $and: [place, matching] };
    const found = connection.collection(layout.name).find(condition, {
      raw: true,
      sort: { _id: 1 },
      limit: wanted,
      batchSize: wanted,
      ...projectionOf(layout, include),
    });
    await connection.run(`read "${layout.name}"`, async () => {
      for await (const document of found as unknown as AsyncIterable<Uint8Array>) {
        documents.push(document);
        bytes += document.length;
        if (bytes >= PAGE_BYTES) break;
      }
    });
    if (documents.length === limit || bytes >= PAGE_BYTES) break;
  }
  const last = documents.at(-1);
  const isEnd = last === undefined || (documents.length < limit && bytes < PAGE_BYTES);
  return {
    records: documents.map((document) => readDocument(document, layout, include)),
    cursor: isEnd ? null : idText(last),
  };
}

/** What is not wanted does not come. Names with dots and dollars cannot be asked for. */
function projectionOf(
  { vectors, places }: Layout,
  include: ScanRequest['include'],
): { readonly projection?: Document } {
  const fields = vectors.map(({ field }) => field).filter((field) => !field.includes('.') && !field.startsWith('$'));
  const [withVectors, withMetadata] = [include.includes('vectors'), include.includes('metadata')];
  if (withMetadata && (withVectors || fields.length === 0)) return {};
  const listed = (value: 0 | 1): Document => Object.fromEntries(fields.map((field) => [field, value]));
  if (withMetadata) return { projection: listed(0) };
  if (fields.length < places.vectors.length) return {};
  return { projection: { _id: 1, ...(withVectors && listed(1)) } };
}

function idText(document: Uint8Array): string {
  const element = idElement(document);
  return ejsonOf(element, valueAt(element));
}

function placeOf(cursor: string, { name }: Layout): unknown {
  try {
    const place = ejsonValue(cursor);
    conditionsOf({ after: place }, false);
    return place;
  } catch (cause) {
    throw invalidCursor('mongodb', cursor, name, cause);
  }
}

/** Ranges that hold about as many documents each, by a random sample of `_id`s. */
export async function partition({ connection, layout }: Reading, target: number): Promise<Partition[]> {
  const total = await connection.run(`estimate "${layout.name}"`, () =>
    connection.collection(layout.name).estimatedDocumentCount(),
  );
  const parts = worthwhileParts(target, total, LEAST_DOCUMENTS);
  const bounds = parts === 1 ? [] : await sampleBounds(connection, layout.name, parts);
  const estimatedCount = Math.ceil(total / (bounds.length + 1));
  return [...bounds, undefined].map((until, at) => ({
    id: JSON.stringify([bounds[at - 1] ?? null, until ?? null]),
    estimatedCount,
  }));
}

/** None where the server cannot sample. */
async function sampleBounds(connection: Connection, name: string, target: number): Promise<string[]> {
  const stages = [{ $sample: { size: target * SAMPLED } }, { $project: { _id: 1 } }, { $sort: { _id: 1 } }];
  try {
    const found = (await connection.run(`split "${name}"`, () =>
      connection.collection(name).aggregate(stages, { raw: true, allowDiskUse: true }).toArray(),
    )) as unknown as Uint8Array[];
    const texts = [...new Set(found.map(idText))];
    const parts = Math.min(target, texts.length);
    const bounds = Array.from(
      { length: Math.max(0, parts - 1) },
      (_, at) => texts[Math.floor(((at + 1) * texts.length) / parts)],
    );
    return [...new Set(bounds.filter((bound) => bound !== undefined))];
  } catch (error) {
    if (isUnknown(error)) return [];
    throw error;
  }
}

function partOf({ id }: Partition, { name }: Layout): Range {
  try {
    const bounds: unknown = JSON.parse(id);
    if (Array.isArray(bounds) && bounds.length === 2) {
      const [after, until] = bounds as (string | null)[];
      const range: Range = {
        ...(typeof after === 'string' && { after: ejsonValue(after) }),
        ...(typeof until === 'string' && { until: ejsonValue(until) }),
      };
      conditionsOf(range, false);
      return range;
    }
  } catch (cause) {
    throw invalidPartition('mongodb', id, name, cause);
  }
  throw invalidPartition('mongodb', id, name);
}

export async function fetchRecords({ connection, layout }: Reading, ids: readonly string[]): Promise<VectorRecord[]> {
  const wanted = ids.map((id) => bsonId(id, layout.places.ids));
  const found = (await connection.run(`read from "${layout.name}"`, () =>
    connection
      .collection(layout.name)
      .find({ _id: { $in: wanted as never[] } }, { raw: true })
      .toArray(),
  )) as unknown as Uint8Array[];
  const records = found.map((document) => readDocument(document, layout, ['vectors', 'metadata']));
  // To MongoDB 5 and 5.0 are one.
  const asked = new Set(ids);
  return records.filter(({ id }) => asked.has(id));
}

export async function countDocuments(
  { connection, layout }: Reading,
  { filter }: CountRequest = {},
): Promise<{ value: number; exact: boolean }> {
  const condition = filter === undefined ? undefined : toCondition(filter, layout, await connection.isFerret());
  const value = await connection.run(`count "${layout.name}"`, () =>
    connection.collection(layout.name).countDocuments(condition),
  );
  return { value, exact: filter === undefined };
}

/** Counts the documents where they lie, not in the index that a scan follows. */
export async function witness({ connection, layout }: Reading): Promise<Witness> {
  const count = await connection.run(`count "${layout.name}"`, () =>
    connection.collection(layout.name).countDocuments({}, { hint: { $natural: 1 } }),
  );
  return {
    count,
    by: 'an aggregation of MongoDB over the documents in their own order, where a scan follows the index of _id',
    hint: 'The index of _id may be damaged (validate says), or documents were written meanwhile.',
  };
}
