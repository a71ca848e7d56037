import {
  checkList,
  checkObject,
  cutBatches,
  isProblem,
  isSparse,
  own,
  printLines,
  rejectedRows,
  rejection,
  RemoteError,
  VsmError,
  type CollectionV1,
  type RecordLine,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext, type Seen } from './context.ts';
import { vectorMapping } from './create.ts';
import { BLOCKED } from './errors.ts';
import { ROUTING } from './mapping.ts';
import { settingsIn } from './index-info.ts';
import { ADAPTER } from './options.ts';
import type { Reader } from './read.ts';
import { refresh } from './search.ts';
import { toSource } from './source.ts';

export type Writer = Required<Pick<CollectionV1, 'upsert' | 'wouldReject' | 'delete' | 'flush'>>;

/** Far below the 100 MB that a server takes, since it holds several at once. */
const BODY_BYTES = 8 * 1024 * 1024;

export function createWriter(context: CollectionContext, { routings }: Pick<Reader, 'routings'>): Writer {
  const { client, name, server } = context;

  /** Gives what the server says of each operation. */
  const bulk = async (seen: Seen, text: string, count: number, signal?: AbortSignal): Promise<Item[]> => {
    const request = {
      method: 'POST',
      path: pathOf(seen.info, '_bulk'),
      action: `write to "${name}"`,
      body: text,
      signal,
    } as const;
    const items = await client.ask(request, (value) =>
      checkList(checkObject(value, 'the answer')['items'], 'the items', count).map(readItem),
    );
    if (items.length < count) throw new TypeError(`there must be ${count} items, but there are ${items.length}`);
    for (const { status, type, reason } of items) {
      // Nothing that is of the document itself: all are written once more, which changes nothing for those that were.
      if (status !== 429 && status < 500 && type !== BLOCKED && status !== 404 && status !== 403) continue;
      if (type === '') continue;
      const message = `${ADAPTER}: cannot write to "${name}": ${status} from ${client.location}: ${type}: ${reason}`;
      throw new RemoteError(message, {
        adapter: ADAPTER,
        status,
        retryable: status === 429 ? type !== BLOCKED : status >= 500,
      });
    }
    return items;
  };

  /** A write would make an index that is not there, of types that are guessed. */
  const checkThere = async (signal?: AbortSignal): Promise<Seen> => {
    const seen = await context.seen(signal);
    const path = pathOf(seen.info, '_settings/index.uuid');
    const uuid = await client.ask(
      { method: 'GET', path, action: `write to "${name}"`, signal },
      (value) => settingsIn(value)['uuid'],
    );
    if (uuid === seen.info.uuid) return seen;
    throw new VsmError('NOT_FOUND', `${ADAPTER}: cannot write to "${name}": the index was dropped and made anew`, {
      adapter: ADAPTER,
    });
  };

  /** Makes the fields of vectors whose length nobody knew. */
  const learn = async (seen: Seen, records: readonly VectorRecord[], signal?: AbortSignal): Promise<Seen> => {
    const { schema } = seen.info.manifest ?? {};
    const properties = seen.places.layout.vectors.flatMap(({ name: vector, column }) => {
      const wanted = schema === undefined ? undefined : own(schema.vectors, vector);
      if (wanted?.kind !== 'dense' || wanted.dimension !== undefined || seen.places.vectors.has(column)) return [];
      const first = records.map((record) => own(record.vectors, vector)).find((one) => one !== undefined);
      if (first === undefined || isSparse(first) || !('length' in first)) return [];
      return [[column, vectorMapping(vector, { ...wanted, dimension: first.length }, server, [])] as const];
    });
    if (properties.length === 0) return seen;
    const body = { properties: Object.fromEntries(properties) };
    const request = {
      method: 'PUT',
      path: pathOf(seen.info, '_mapping'),
      action: `make the vector fields of "${name}"`,
      body,
      signal,
    } as const;
    await client.ask(request, () => undefined);
    return context.look(signal);
  };

  return {
    async upsert(records, options) {
      const signal = options?.signal;
      const seen = await learn(await checkThere(signal), records, signal);
      const verb = options?.mode === 'insert-only' ? 'create' : 'index';
      const { lines, rejected } = printLines(records, (record) => {
        const source = toSource(record, seen.places);
        const routing = seen.places.keeps ? undefined : own(record.metadata, ROUTING);
        const { id: _id } = record;
        return isProblem(source) ? source : `${JSON.stringify({ [verb]: { _id, routing } })}\n${source}\n`;
      });
      for (const batch of cutBatches(lines, ({ text }) => text.length, { bytes: BODY_BYTES })) {
        const items = await bulk(seen, batch.map(({ text }) => text).join(''), batch.length, signal);
        items.forEach(({ status, type, reason }, at) => {
          // A record that is there already is what insert-only wants.
          if (type === '' || (verb === 'create' && status === 409)) return;
          const { record } = batch[at] as RecordLine;
          rejected.push(rejection(record, { reason: reasonOf(reason), detail: `${type}: ${reason}` }));
        });
      }
      return { accepted: records.length - rejected.length, rejected };
    },
    async wouldReject(records, options) {
      const { places } = await context.seen(options?.signal);
      return rejectedRows(records, (record) => toSource(record, places));
    },
    async delete(ids, options) {
      const signal = options?.signal;
      const seen = await checkThere(signal);
      const routing = seen.places.keeps ? undefined : await routings(ids, signal);
      const text = ids.map((id) => `${JSON.stringify({ delete: { _id: id, routing: routing?.get(id) } })}\n`).join('');
      const items = await bulk(seen, text, ids.length, signal);
      const bad = items.find(({ type }) => type !== '');
      if (bad === undefined) return;
      const message = `${ADAPTER}: cannot delete from "${name}": ${bad.status} from ${client.location}: ${bad.type}: ${bad.reason}`;
      throw new RemoteError(message, { adapter: ADAPTER, status: bad.status, retryable: false });
    },
    async flush(options) {
      const { info } = await context.seen(options?.signal);
      await refresh(client, info, name, options?.signal);
    },
  };
}

interface Item {
  readonly status: number;
  /** Empty where nothing went wrong. */
  readonly type: string;
  readonly reason: string;
}

function readItem(value: unknown): Item {
  const [operation] = Object.values(checkObject(value, 'an item'));
  const { status, error } = checkObject(operation, 'an item');
  if (typeof status !== 'number') throw new TypeError('an item has no status');
  if (error === undefined) {
    if (status > 299 && status !== 404) throw new TypeError(`an item has the status ${status}, and no error`);
    return { status, type: '', reason: '' };
  }
  const { type, reason, caused_by: cause } = checkObject(error, 'an error');
  const inner = (cause as { readonly reason?: string } | undefined)?.reason ?? '';
  const said = String(reason);
  return { status, type: String(type), reason: said.includes(inner) ? said : `${said}: ${inner}` };
}

function reasonOf(reason: string): Rejection['reason'] {
  return /vector|dimension|magnitude|element_type|similarity/i.test(reason) ? 'invalid-vector' : 'refused';
}
