import {
  checkCount,
  checkList,
  checkObject,
  createPartCheck,
  idKind,
  invalidCursor,
  invalidPartition,
  parseTexts,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
  type VectorRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { compareIds, splitIds, type Range } from './ids.ts';
import { fromRow, printId } from './mapping.ts';

export type Reader = Required<Pick<CollectionV1, 'count' | 'witness' | 'partition' | 'scan' | 'fetch'>>;

/** What a query asks for, as JSON: values may be numbers of any length. */
type Question = Readonly<Record<string, string>>;

export function createReader(context: CollectionContext): Reader {
  const { client, name, places } = context;

  const ask = <Result>(
    action: string,
    question: Question,
    options: CallOptions | undefined,
    read: (answer: Readonly<Record<string, unknown>>) => Result,
  ): Promise<Result> => {
    const parts = Object.entries({ ...question, consistency: '{"level":"strong"}' });
    const body = `{${parts.map(([key, value]) => `"${key}":${value}`).join(',')}}`;
    const request = { method: 'POST', path: `${pathOf(name)}/query`, action: `${action} "${name}"`, body } as const;
    return client.ask(request, options, (value) => read(checkObject(value, 'the answer')));
  };

  const countAll = (options: CallOptions | undefined): Promise<number> =>
    ask('count the records of', { aggregate_by: '{"n":["Count"]}' }, options, ({ aggregations }) =>
      checkCount(checkObject(aggregations, 'the aggregations')['n'], 'the count'),
    );

  const readRows = async (
    question: Question,
    most: number,
    include: readonly string[],
    options: CallOptions | undefined,
    check: (records: readonly VectorRecord[]) => void = () => undefined,
  ): Promise<VectorRecord[]> => {
    const [vectors, metadata] = [include.includes('vectors'), include.includes('metadata')];
    const { info } = places();
    const names = JSON.stringify(info.vectors.map(({ attribute }) => attribute));
    const wanted: Question = metadata
      ? vectors || info.vectors.length === 0
        ? { include_attributes: 'true' }
        : { exclude_attributes: names }
      : { include_attributes: vectors ? names : 'false' };
    // Of float16 nothing says what its bytes are.
    const asBytes = info.vectors.every(({ datatype }) => datatype === 'float32');
    const encoding: Question = vectors && asBytes ? { vector_encoding: '"base64"' } : {};
    const { rows, records } = await ask(
      'read',
      { ...question, ...wanted, ...encoding, limit: String(most) },
      options,
      (answer) => {
        const given = checkList(answer['rows'], 'the documents', most);
        const read = given.map((row) => fromRow(row, places(), metadata));
        check(read);
        return { rows: given, records: read };
      },
    );
    const isKnown = (key: string): boolean =>
      key.startsWith('$') ||
      key === 'id' ||
      info.types.has(key) ||
      info.vectors.some(({ attribute }) => attribute === key);
    if (rows.every((row) => Object.keys(row as object).every(isKnown))) return records;
    // Types tell a float from an integer.
    await context.refresh(options);
    return rows.map((row) => fromRow(row, places(), metadata));
  };

  const idAt = async (order: 'asc' | 'desc', options: CallOptions | undefined): Promise<string | undefined> =>
    (await readRows({ rank_by: `["id","${order}"]` }, 1, [], options))[0]?.id;

  const checkEnd = createPartCheck<CallOptions | undefined>({
    adapter: 'turbopuffer',
    name,
    where: client.location,
    count: countAll,
  });

  return {
    count: async (_request, options) => ({ value: await countAll(options), exact: true }),
    witness: async (options) => ({ count: await countAll(options), by: 'the aggregation Count' }),
    async partition(target, _request, options) {
      const [first, last] = [await idAt('asc', options), await idAt('desc', options)];
      if (first === undefined || last === undefined || target < 2) return [{ id: rangeId({}) }];
      return splitIds(first, last, target, places().info.ids).map((range) => ({ id: rangeId(range) }));
    },
    async scan({ partition, cursor, limit, include }, options) {
      const { ids } = places().info;
      const range = partition === undefined ? {} : readRange(partition.id, name);
      const after = cursor === undefined ? range.after : readCursor(cursor, name);
      const filters = [
        ...(after === undefined ? [] : [`["id","Gt",${printId(after, ids)}]`]),
        ...(range.until === undefined ? [] : [`["id","Lte",${printId(range.until, ids)}]`]),
      ];
      const question: Question = {
        rank_by: '["id","asc"]',
        ...(filters.length > 0 && { filters: `["And",[${filters.join(',')}]]` }),
      };
      const records = await readRows(question, limit, include, options, (page) =>
        checkOrder(page, after, (left, right) => compareIds(left, right, ids)),
      );
      await checkEnd({ key: rangeId(range), isFirst: cursor === undefined, records: records.length }, options);
      // A page may be cut short by its size, so that only an empty one is the end.
      const last = records.at(-1);
      return { records, cursor: last === undefined ? null : JSON.stringify([last.id]) };
    },
    async fetch(ids, options) {
      const kind = places().info.ids;
      const known = kind === 'string' ? ids : ids.filter((id) => idKind(id) === kind);
      if (known.length === 0) return [];
      const filters = `["id","In",[${known.map((id) => printId(id, kind)).join(',')}]]`;
      const include = ['vectors', 'metadata'];
      return readRows({ rank_by: '["id","asc"]', filters }, known.length, include, options);
    },
  };
}

const rangeId = ({ after, until }: Range): string => JSON.stringify([after ?? '', until ?? '']);

function readRange(id: string, name: string): Range {
  const [after, until] = parseTexts(id, 2) ?? [];
  if (after === undefined) throw invalidPartition('turbopuffer', id, name);
  return { after: after === '' ? undefined : after, until: until === '' ? undefined : until };
}

function readCursor(cursor: string, name: string): string {
  const [after] = parseTexts(cursor, 1) ?? [];
  if (after !== undefined) return after;
  throw invalidCursor('turbopuffer', cursor, name);
}

/** A cursor that does not move would go on for ever. */
function checkOrder(
  records: readonly VectorRecord[],
  after: string | undefined,
  compare: (left: string, right: string) => number,
): void {
  let last = after;
  for (const { id } of records) {
    if (last !== undefined && compare(id, last) <= 0) {
      throw new WrongAnswer(`documents must come in the order of their ids, but ${id} comes behind ${last}`);
    }
    last = id;
  }
}
