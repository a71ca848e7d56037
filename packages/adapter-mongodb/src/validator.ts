import { cutBatches } from '@vsm/core/adapter';
import { BSON, type Document } from 'mongodb';
import type { Connection } from './client.ts';
import { idElement, idOf } from './ids.ts';
import type { Layout } from './layout.ts';

/** What every document of a collection has to match: https://www.mongodb.com/docs/manual/core/schema-validation/ */
export function validatorOf(info: Document): Document | undefined {
  const { validator, validationAction = 'error', validationLevel } = (info['options'] ?? {}) as Document;
  const refuses = validationAction !== 'warn' && validationLevel !== 'off';
  return refuses ? (validator as Document | undefined) : undefined;
}

/** The server has no such stage, before 5.1, or lets the user not ask. */
const CANNOT_ASK: ReadonlySet<unknown> = new Set([13, 40_324]);
/** Of documents in one command, which may have 16 MB. */
const TOGETHER_BYTES = 8 * 1024 * 1024;

/** Ids of the documents that the validator refuses. The server itself says so, of documents that are written nowhere. */
export async function refusedByValidator(
  connection: Connection,
  { name, validator, places }: Layout,
  documents: readonly Document[],
): Promise<ReadonlySet<string>> {
  const refused = new Set<string>();
  if (validator === undefined) return refused;
  const sizeOf = (document: Document): number => BSON.calculateObjectSize(document);
  for (const some of cutBatches(documents, sizeOf, { bytes: TOGETHER_BYTES })) {
    const pipeline = [{ $documents: { $literal: some } }, { $match: { $nor: [validator] } }, { $project: { _id: 1 } }];
    const found = await connection.run(`ask what the validator of "${name}" refuses`, async (db) => {
      try {
        return (await db.aggregate(pipeline, { raw: true }).toArray()) as unknown as Uint8Array[];
      } catch (error) {
        if (CANNOT_ASK.has((error as { readonly code?: unknown }).code)) return [];
        throw error;
      }
    });
    for (const bytes of found) refused.add(idOf(idElement(bytes), places.ids));
  }
  return refused;
}
