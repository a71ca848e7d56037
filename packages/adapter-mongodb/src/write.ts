import {
  rejectedRows,
  rejection,
  type RecordProblem,
  type Rejection,
  type UpsertResult,
  type VectorRecord,
} from '@vsm/core/adapter';
import { BSON, MongoBulkWriteError, type AnyBulkWriteOperation, type Document } from 'mongodb';
import { bsonId } from './ids.ts';
import { toDocument } from './mapping.ts';
import type { Layout } from './layout.ts';
import type { Reading } from './read.ts';
import { refusedByValidator } from './validator.ts';

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-BSON-Document-Size */
const MOST_BYTES = 16 * 1024 * 1024;
const DUPLICATE_KEY = 11_000;

/** Remembered from batch to batch of one collection. */
export interface WritingMemory {
  /** Whether records are mostly new: servers take inserts many times as fast as replacements. */
  mostlyNew: boolean;
}

/** Writes records whole. A record that the server refuses, or that a document cannot hold, comes back by name. */
export async function writeRecords(
  reading: Reading,
  records: readonly VectorRecord[],
  insertOnly: boolean,
  memory: WritingMemory,
): Promise<UpsertResult> {
  const { connection, layout } = reading;
  const isFerret = await connection.isFerret();
  const rejected: Rejection[] = [];
  const sent: Sent[] = [];
  for (const record of records) {
    const document = whole(record, layout, isFerret);
    if (isDocument(document)) sent.push({ record, document });
    else rejected.push(rejection(record, document));
  }
  const inserts = insertOnly || memory.mostlyNew;
  const failed = inserts ? (await send(reading, sent, ({ document }) => ({ insertOne: { document } }))).errors : [];
  const there = failed.filter(isThere).map(({ item }) => item);
  const { errors, made } = await send(reading, insertOnly ? [] : inserts ? there : sent, replacement);
  if (!insertOnly) memory.mostlyNew = (inserts ? sent.length - there.length : made) * 2 >= sent.length;
  for (const error of [...failed.filter((one) => !isThere(one)), ...errors])
    rejected.push(rejection(error.item.record, readError(error)));
  return { accepted: records.length - rejected.length, rejected };
}

/** Those of the records that {@link writeRecords} would give back, but for what other documents are in the way of. */
export async function unwritable(
  { connection, layout }: Reading,
  records: readonly VectorRecord[],
): Promise<readonly Rejection[]> {
  const isFerret = await connection.isFerret();
  const documents: Document[] = [];
  const rejected = rejectedRows(records, (record) => {
    const made = whole(record, layout, isFerret);
    if (!isDocument(made)) return made;
    documents.push(made);
    return undefined;
  });
  const refused = await refusedByValidator(connection, layout, documents);
  return [...rejected, ...records.filter(({ id }) => refused.has(id)).map((record) => rejection(record, REFUSED))];
}

const REFUSED: RecordProblem = { reason: 'refused', detail: 'the validator of the collection does not take it' };

/** The document of a record, or why the server would not take it. */
function whole(record: VectorRecord, layout: Layout, isFerret: boolean): Document | RecordProblem {
  const document = toDocument(record, { layout, isFerret });
  return isDocument(document) ? (sizeProblem(document) ?? document) : document;
}

/** A number in a list takes no more than this: its type, its place in digits, and itself. */
const MOST_NUMBER = 18;

/** No document is larger. Numbers of a vector are not looked at. */
function mostBytes(document: Document): number {
  let bytes = 0;
  for (const [field, value] of Object.entries(document) as [string, unknown][]) {
    const isVector =
      Array.isArray(value) && value.every((one) => typeof one === 'number' || one instanceof BSON.Double);
    bytes += isVector ? value.length * MOST_NUMBER + 3 * field.length : BSON.calculateObjectSize({ [field]: value });
  }
  return bytes;
}

interface Sent {
  readonly record: VectorRecord;
  readonly document: Document;
}

interface WriteError {
  readonly item: Sent;
  readonly code: number;
  readonly text: string;
}

/** Only an index of the user's own says that another document is in the way. */
function isThere({ code, text }: WriteError): boolean {
  return code === DUPLICATE_KEY && !/index: (?!_id_)/.test(text);
}

function readError({ code, text }: WriteError): RecordProblem {
  const tooLarge = code === 10_334 || code === 17_420 || /larger than the maximum|exceeds maximum/i.test(text);
  return { reason: tooLarge ? 'too-large' : 'refused', detail: `${code} from MongoDB: ${text}` };
}

/** By equality alone: a document as `_id` is no condition. */
function replacement({ document }: Sent): AnyBulkWriteOperation {
  return { replaceOne: { filter: { _id: { $eq: document['_id'] as never } }, replacement: document, upsert: true } };
}

/** Only they have an `_id`: fields of documents may have any name. */
function isDocument(made: Document | RecordProblem): made is Document {
  return '_id' in made;
}

function sizeProblem(document: Document): RecordProblem | undefined {
  if (mostBytes(document) <= MOST_BYTES) return undefined;
  const bytes = BSON.calculateObjectSize(document);
  if (bytes <= MOST_BYTES) return undefined;
  return { reason: 'too-large', detail: `its document has ${bytes} bytes, and MongoDB takes ${MOST_BYTES}` };
}

async function send(
  { connection, layout }: Reading,
  items: readonly Sent[],
  operationOf: (item: Sent) => AnyBulkWriteOperation,
): Promise<{ readonly errors: readonly WriteError[]; readonly made: number }> {
  if (items.length === 0) return { errors: [], made: 0 };
  return connection.run(`write to "${layout.name}"`, async () => {
    try {
      const operations = items.map(operationOf);
      const { upsertedCount } = await connection.collection(layout.name).bulkWrite(operations, { ordered: false });
      return { errors: [], made: upsertedCount };
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const found = [error.writeErrors].flat();
      // Anything else is of the server, and of no record.
      if (found.length === 0 || error.result.getWriteConcernError() !== undefined) throw error;
      // The server counts what it was sent.
      const errors = found.map(({ index, code, errmsg }) => ({ item: items[index] as Sent, code, text: errmsg ?? '' }));
      return { errors, made: error.upsertedCount };
    }
  });
}

export async function deleteRecords({ connection, layout }: Reading, ids: readonly string[]): Promise<void> {
  const wanted = ids.map((id) => bsonId(id, layout.places.ids));
  await connection.run(`delete from "${layout.name}"`, () =>
    connection.collection(layout.name).deleteMany({ _id: { $in: wanted as never[] } }),
  );
}
