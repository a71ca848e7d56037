import {
  checkCount,
  checkList,
  checkObject,
  cutBatches,
  idKind,
  isMulti,
  own,
  rejectedRows,
  rejection,
  RemoteError,
  stringifyJson,
  type CollectionV1,
  type DenseVector,
  type MetadataValue,
  type RecordLine,
  type RecordProblem,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import { tenantQuery, type CollectionContext } from './context.ts';
import { PASSING, STORE_IS_READ_ONLY } from './errors.ts';
import { fromObject, toObject, type Places } from './mapping.ts';
import { tenantOf } from './names.ts';
import type { Reader } from './read.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete'>>;

export interface WriterParts {
  readonly places: () => Places;
  readonly one: Reader['one'];
  /** Components of vectors by their name in the store, where one was seen. */
  readonly dimensions: Map<string, number>;
  readonly makeProperties: (records: readonly VectorRecord[], signal?: AbortSignal) => Promise<void>;
}

const BODY_BYTES = 8 * 1024 * 1024;

export function createWriter(context: CollectionContext, parts: WriterParts): Writer {
  const { client, tenants, name, info } = context;

  /** Why the server must not be given a record, which would store it all the same or call its model. Adds to the dimensions that are known. */
  const problemOf = (record: VectorRecord, dimensions: Map<string, number>): RecordProblem | undefined => {
    const { namespace } = record;
    if (!info().tenants && (namespace ?? '') !== '') {
      return { reason: 'refused', detail: `the class has no tenants, but the record is in "${namespace}"` };
    }
    if (tenantOf(namespace) === undefined) {
      return { reason: 'refused', detail: 'the namespace is too long to be the name of a tenant' };
    }
    for (const vector of info().vectors) {
      const given = own(record.vectors, vector.name);
      if (given === undefined) {
        if (vector.vectorizer === undefined || context.letServerEmbed) continue;
        const detail = `without ${label(vector.name)}, the server would have ${vector.vectorizer} make one; \`letServerEmbed\` allows it`;
        return { reason: 'invalid-vector', detail };
      }
      const rows = isMulti(given) ? given.rows : [given as DenseVector];
      const length = vector.dimension ?? dimensions.get(vector.stored) ?? rows[0]?.length ?? 0;
      const other = rows.find((row) => row.length !== length);
      if (other !== undefined) {
        const detail = `${label(vector.name)}: expected ${length} dimensions, but got ${other.length}`;
        return { reason: 'invalid-vector', detail };
      }
      // The server looks at them too late: the first batch of a class may hold any.
      dimensions.set(vector.stored, length);
    }
    return undefined;
  };

  /** Writes one batch, and gives the refused by their place in it. */
  const send = async (batch: readonly RecordLine[], signal?: AbortSignal): Promise<Map<number, string>> => {
    const body = `{"objects":[${batch.map(({ text }) => text).join(',')}]}`;
    const action = `write to "${name}"`;
    return client.ask({ method: 'POST', path: 'batch/objects', action, body, signal }, (value) => {
      const results = checkList(value, 'the results', batch.length);
      if (results.length < batch.length)
        throw new TypeError(`there must be ${batch.length} results, but there are ${results.length}`);
      const refused = new Map<number, string>();
      results.forEach((one, at) => {
        const result = checkObject(checkObject(one, 'a result')['result'] ?? {}, 'a result');
        if (result['status'] === 'FAILED') refused.set(at, messageOf(result['errors']));
      });
      return refused;
    });
  };

  /** What is reported as failed may be stored all the same: only what reads back otherwise is refused. */
  const settle = async (
    batch: readonly RecordLine[],
    failed: ReadonlyMap<number, string>,
    signal?: AbortSignal,
  ): Promise<Rejection[]> => {
    const rejected: Rejection[] = [];
    for (const [at, detail] of failed) {
      const { record, text } = batch[at] as RecordLine;
      const giveUp = STORE_IS_READ_ONLY.test(detail) || PASSING.test(detail);
      if (giveUp) {
        const message = `weaviate: cannot write to "${name}": ${client.location} takes nothing: ${detail}`;
        throw new RemoteError(message, { adapter: 'weaviate', retryable: !STORE_IS_READ_ONLY.test(detail) });
      }
      const tenant = info().tenants ? (tenantOf(record.namespace) ?? '') : '';
      const stored = await parts.one(record.id, tenant, signal);
      const wanted = fromObject(JSON.parse(text), parts.places(), tenant);
      if (stored !== undefined && sameContent(stored, wanted)) continue;
      rejected.push(rejection(record, { reason: 'refused', detail }));
    }
    return rejected;
  };

  return {
    async upsert(records, options) {
      const signal = options?.signal;
      const rejected: Rejection[] = [];
      // A class that somebody dropped meanwhile would be made anew by the write, of types that are guessed.
      await context.refresh(signal);
      const good = records.filter((record) => {
        const problem = problemOf(record, parts.dimensions);
        if (problem !== undefined) rejected.push(rejection(record, problem));
        return problem === undefined;
      });
      await parts.makeProperties(good, signal);
      await tenants.prepare(new Set(good.map(({ namespace }) => tenantOf(namespace) ?? '')), signal);
      const lines = good.map((record) => ({ record, text: toObject(record, parts.places()) }));
      for (const batch of cutBatches(lines, ({ text }) => text.length, { bytes: BODY_BYTES })) {
        const failed = await send(batch, signal);
        rejected.push(...(await settle(batch, failed, signal)));
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    async wouldReject(records) {
      const dimensions = new Map(parts.dimensions);
      return rejectedRows(records, (record) => problemOf(record, dimensions));
    },
    async delete(ids, options) {
      const [tenant] = await tenants.readable(options?.namespace ?? '', options?.signal);
      const valueTextArray = ids.filter((id) => idKind(id) === 'uuid');
      if (tenant === undefined || valueTextArray.length === 0) return;
      const where = { path: ['id'], operator: 'ContainsAny', valueTextArray };
      const body = { match: { class: info().class, where } };
      const path = `batch/objects?${tenantQuery(tenant).slice(1)}`;
      const action = `delete from "${name}"`;
      await client.ask({ method: 'DELETE', path, action, body, signal: options?.signal }, (value) => {
        const results = checkObject(checkObject(value, 'the answer')['results'], 'the results');
        const left = checkCount(results['failed'], 'the count of the failed');
        if (left > 0) throw new TypeError(`${left} of ${valueTextArray.length} objects could not be deleted`);
      });
    },
  };
}

const label = (vector: string): string => (vector === '' ? 'the vector' : `vector "${vector}"`);

function messageOf(errors: unknown): string {
  const list = (errors as { readonly error?: readonly { readonly message?: unknown }[] } | undefined)?.error;
  const messages = list?.map(({ message }) => String(message)) ?? [];
  return messages.length === 0 ? 'the server gives no reason' : messages.join('; ').slice(0, 500);
}

function sameContent(left: VectorRecord, right: VectorRecord): boolean {
  const print = ({ vectors, metadata, document }: VectorRecord): string => {
    const plain = Object.entries(vectors).map(([name, vector]) => [
      name,
      isMulti(vector) ? vector.rows.map((row) => Array.from(row)) : Array.from(vector as DenseVector),
    ]);
    const entries = Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return stringifyJson([plain, entries, document ?? null] as MetadataValue);
  };
  return print(left) === print(right);
}
