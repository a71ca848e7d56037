import {
  cutBatches,
  idKind,
  isDense,
  own,
  refusalOf,
  rejectedRows,
  rejection,
  writeHalving,
  type CallOptions,
  type CollectionV1,
  type JsonObject,
  type MetadataValue,
  type RecordLine,
  type RecordProblem,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { pathOf, type CollectionContext } from './context.ts';
import { printId, toRow, type Places } from './mapping.ts';
import { distanceOf, MARK, REST, vectorNameOf, type NamespaceInfo } from './namespace-info.ts';
import { markId, ownSchema } from './schema.ts';
import { typeFor } from './values.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete'>>;

/** Attributes that we make in one namespace, at most. */
const MOST_ATTRIBUTES = 200;
/** Times that types are looked up again for one batch, while other processes make others. */
const MOST_ATTEMPTS = 5;
const ATTRIBUTE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Below the 512 MB of a request by far, since a write waits for the whole of it. */
const BODY_BYTES = 32 * 1024 * 1024;

export function createWriter(context: CollectionContext): Writer {
  const { client, name, places } = context;
  let first = true;

  const send = async (
    lines: readonly RecordLine[],
    insertOnly: boolean,
    options: CallOptions | undefined,
  ): Promise<void> => {
    const { info } = places();
    const parts = [
      `"upsert_rows":[${lines.map(({ text }) => text).join(',')}]`,
      `"schema":${JSON.stringify(schemaFor(info, lines))}`,
      ...metricPart(info),
      ...(insertOnly ? ['"upsert_condition":["id","Eq",null]'] : []),
      // Where its maker was killed, the document that made the namespace is still there.
      ...(first && info.ours ? [`"deletes":[${markId(info)}],"delete_condition":["${MARK}","Eq",true]`] : []),
    ];
    await write(client, name, `write to "${name}"`, `{${parts.join(',')}}`, options);
    first = false;
  };

  const toLines = (records: readonly VectorRecord[]): RecordLine[] => {
    const seen = places();
    declareTypes(seen, records);
    return records.map((record) => ({ record, text: toRow(record, seen) }));
  };

  const sendAll = async (
    lines: readonly RecordLine[],
    insertOnly: boolean,
    options: CallOptions | undefined,
    attempt = 1,
  ): Promise<Rejection[]> => {
    const rejected: Rejection[] = [];
    try {
      await send(lines, insertOnly, options);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      // Another process may have made an attribute of another type meanwhile.
      const { types } = places().info;
      const now = await context.refresh(options);
      const again = toLines(lines.map(({ record }) => record));
      const differ = [...now.info.types].some(([key, type]) => types.has(key) && types.get(key) !== type);
      if (differ && attempt < MOST_ATTEMPTS) return sendAll(again, insertOnly, options, attempt + 1);
      await writeHalving(again, { write: (some) => send(some, insertOnly, options), rejected });
    }
    return rejected;
  };

  return {
    async upsert(records, options) {
      const rejected: Rejection[] = [];
      const good = records.filter((record) => {
        const problem = problemOf(record, places().info);
        if (problem !== undefined) rejected.push(rejection(record, problem));
        return problem === undefined;
      });
      for (const batch of cutBatches(toLines(good), ({ text }) => text.length, { bytes: BODY_BYTES })) {
        rejected.push(...(await sendAll(batch, options?.mode === 'insert-only', options)));
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    wouldReject: async (records) => rejectedRows(records, (record) => problemOf(record, places().info)),
    async delete(ids, options) {
      const kind = places().info.ids;
      const known = kind === 'string' ? ids : ids.filter((id) => idKind(id) === kind);
      if (known.length === 0) return;
      const body = `{"deletes":[${known.map((id) => printId(id, kind)).join(',')}]}`;
      await write(client, name, `delete from "${name}"`, body, options);
    },
  };
}

/** One write, which is carried out whole or not at all. */
export function write(
  client: Client,
  name: string,
  action: string,
  body: string,
  options: CallOptions | undefined,
): Promise<void> {
  return client.ask({ method: 'POST', path: pathOf(name), action, body }, options, () => undefined);
}

export function metricPart({ vectors }: NamespaceInfo): string[] {
  const [only] = vectors;
  return only?.metric === undefined ? [] : [`"distance_metric":"${distanceOf(only.metric)}"`];
}

function problemOf(record: VectorRecord, info: NamespaceInfo): RecordProblem | undefined {
  if (info.ids !== 'string' && idKind(record.id) !== info.ids) {
    return { reason: 'invalid-id', detail: `the namespace takes ids of kind ${info.ids} only` };
  }
  for (const { attribute } of info.vectors) {
    const name = vectorNameOf(info, attribute);
    const vector = own(record.vectors, name);
    if (vector === undefined || !isDense(vector)) {
      const detail = `every document must have ${name === '' ? 'the vector' : `vector "${name}"`}`;
      return { reason: 'invalid-vector', detail };
    }
  }
  return undefined;
}

/** Gives keys that have no attribute yet one of the type of their first value. */
function declareTypes({ info, held }: Places, records: readonly VectorRecord[]): void {
  for (const { metadata } of records) {
    for (const key in metadata) {
      if (info.types.has(key) || held.has(key) || info.types.size >= MOST_ATTRIBUTES || !ATTRIBUTE_NAME.test(key))
        continue;
      const type = typeFor(metadata[key] as MetadataValue);
      if (type !== undefined) info.types.set(key, type);
    }
  }
}

/** Types of what the service does not know yet: an attribute that it knows keeps all its settings. */
function schemaFor(info: NamespaceInfo, lines: readonly RecordLine[]): JsonObject {
  const made = new Set(lines.flatMap(({ record }) => Object.keys(record.metadata)));
  const types = [...info.types].filter(([key]) => made.has(key) && own(info.native, key) === undefined);
  return {
    ...(info.ours ? ownSchema(info) : { [REST]: { type: 'string', filterable: false } }),
    ...Object.fromEntries(types),
  };
}
