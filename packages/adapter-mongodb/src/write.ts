import type { Rejection, UpsertResult, VectorRecord } from '@vsm/core/adapter';
import { BSON, MongoBulkWriteError, type AnyBulkWriteOperation, type Document } from 'mongodb';
import { bsonId } from './ids.ts';
import { toDocument } from './mapping.ts';
import type { Reading } from './read.ts';

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-BSON-Document-Size */
const MOST_BYTES = 16 * 1024 * 1024;
const DUPLICATE_KEY = 11_000;

/** Writes records whole. A record that the server refuses, or that a document cannot hold, comes back by name. */
export async function writeRecords(
  { connection, layout }: Reading,
  records: readonly VectorRecord[],
  insertOnly: boolean,
): Promise<UpsertResult> {
  const isFerret = await connection.isFerret();
  const rejected: Rejection[] = [];
  const sent: VectorRecord[] = [];
  const operations: AnyBulkWriteOperation[] = [];
  for (const record of records) {
    const { id, namespace } = record;
    const made = toDocument(record, { layout, isFerret });
    const problem = isProblem(made) ? made : sizeProblem(made);
    if (problem !== undefined) {
      rejected.push({ id, namespace, ...problem });
      continue;
    }
    sent.push(record);
    operations.push(insertOnly ? { insertOne: { document: made } } : replacement(made));
  }
  const errors = await send({ connection, layout }, operations);
  for (const { index, code, errmsg = '' } of errors) {
    // Only an index of the user's own says that another document is in the way.
    if (insertOnly && code === DUPLICATE_KEY && !/index: (?!_id_)/.test(errmsg)) continue;
    const { id, namespace } = sent[index] as VectorRecord; // the server counts what it was sent
    const tooLarge = code === 10_334 || code === 17_420 || /larger than the maximum|exceeds maximum/i.test(errmsg);
    rejected.push({
      id,
      namespace,
      reason: tooLarge ? 'too-large' : 'refused',
      detail: `${code} from MongoDB: ${errmsg}`,
    });
  }
  return { accepted: records.length - rejected.length, rejected };
}

/** By equality alone: a document as `_id` is no condition. */
function replacement(document: Document): AnyBulkWriteOperation {
  return { replaceOne: { filter: { _id: { $eq: document['_id'] as never } }, replacement: document, upsert: true } };
}

type Problem = Pick<Rejection, 'reason' | 'detail'>;

/** Documents have an `_id`. */
function isProblem(made: Document | Problem): made is Problem {
  return !('_id' in made);
}

function sizeProblem(document: Document): Problem | undefined {
  const bytes = BSON.calculateObjectSize(document);
  if (bytes <= MOST_BYTES) return undefined;
  return { reason: 'too-large', detail: `its document has ${bytes} bytes, and MongoDB takes ${MOST_BYTES}` };
}

interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg?: string | undefined;
}

async function send({ connection, layout }: Reading, operations: AnyBulkWriteOperation[]): Promise<WriteError[]> {
  if (operations.length === 0) return [];
  return connection.run(`write to "${layout.name}"`, async () => {
    try {
      await connection.collection(layout.name).bulkWrite(operations, { ordered: false });
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const errors = [error.writeErrors].flat();
      // Anything else is of the server, and of no record.
      if (errors.length === 0 || error.result.getWriteConcernError() !== undefined) throw error;
      return errors.map(({ index, code, errmsg }) => ({ index, code, errmsg }));
    }
  });
}

export async function deleteRecords({ connection, layout }: Reading, ids: readonly string[]): Promise<void> {
  const wanted = ids.map((id) => bsonId(id, layout.places.ids));
  await connection.run(`delete from "${layout.name}"`, () =>
    connection.collection(layout.name).deleteMany({ _id: { $in: wanted as never[] } }),
  );
}
