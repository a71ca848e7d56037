import {
  createEndCheck,
  VsmError,
  type CallOptions,
  type CollectionV1,
  type Cursor,
  type RemoteError,
} from '@vsm/core/adapter';
import { shardMember, type CollectionContext } from './context.ts';
import { toCondition, type Condition } from './filter.ts';
import { compareIds, idText, isId } from './ids.ts';
import { checkPage, readPage, type PointPage } from './mapping.ts';
import { askCount } from './query.ts';
import { cutOf, idRanges, pageOf, partitionOf, readPart, type Part } from './partition.ts';
import { strictLimit, type ShardKey } from './schema.ts';

export type Reader = Required<Pick<CollectionV1, 'partition' | 'scan'>>;

/** Where a scan goes on: at the first id that is not before `offset`. */
interface Position {
  readonly shard?: ShardKey | undefined;
  readonly offset?: string | undefined;
  /** Points that came before. */
  readonly read?: number | undefined;
}

type Slice = NonNullable<Part['slice']>;

interface Scroll extends Position {
  readonly limit: number;
  readonly payload: boolean;
  readonly vectors: boolean;
  readonly witness?: boolean | undefined;
  readonly slice?: Slice | undefined;
  readonly conditions?: readonly Condition[] | undefined;
}

export function createReader(context: CollectionContext): Reader {
  const { client, binary, name, path, names, shardKeys, info, filters } = context;
  const mostRecords = strictLimit(info, 'max_query_limit');

  const scroll = async (request: Scroll, options: CallOptions | undefined): Promise<PointPage> => {
    if (request.conditions === undefined && request.vectors) {
      const message = { ...request, collection: name, limit: Math.min(request.limit, mostRecords) };
      const page = await binary?.scroll(message, names, options);
      if (page !== undefined) return page;
    }
    return scrollOverRest(request, options);
  };

  const scrollOverRest = (request: Scroll, options: CallOptions | undefined): Promise<PointPage> => {
    const { limit, payload, vectors, slice, conditions = [], offset, shard } = request;
    const all = slice === undefined ? conditions : [{ slice }, ...conditions];
    const filter = all.length === 0 ? '' : `,"filter":${JSON.stringify({ must: all })}`;
    const from = offset === undefined ? '' : `,"offset":${idText(offset)}`;
    const most = Math.min(limit, mostRecords);
    const body = `{"limit":${most},"with_payload":${payload},"with_vector":${vectors}${from}${filter}${shardMember(shard)}}`;
    const call = { method: 'POST', path: `${path}/points/scroll`, action: `read "${name}"`, body } as const;
    return client.bulk(call, options, (text) => checkPage(readPage(text, names), { limit: most, offset }));
  };

  const firstId = async (position: Position, options: CallOptions | undefined, slice?: Slice) => {
    const page = await scroll({ ...position, limit: 1, payload: false, vectors: false, slice }, options);
    return page.records[0]?.id ?? null;
  };

  // Since 1.19. Asked by trying, because a proxy may hide the version.
  let slices: boolean | undefined;
  const hasSlices = async (options: CallOptions | undefined): Promise<boolean> => {
    try {
      slices ??= (await firstId({ shard: shardKeys[0] }, options, { total: 1, index: 0 }), true);
    } catch (error) {
      if (!(VsmError.isInstance(error) && (error as RemoteError).status === 400)) throw error;
      slices = false;
    }
    return slices;
  };

  const checkEnd = createEndCheck<CallOptions | undefined>({
    adapter: 'qdrant',
    name,
    where: client.location,
    count: (options) => askCount(context, { exact: true }, options),
  });

  // Of a partition that failed in the middle, and is tried again: else one request in many that fails undoes all.
  const probed = new Map<string, string | null>();
  const probe = async (shard: Position['shard'], offset: string, options: CallOptions | undefined) => {
    const key = JSON.stringify([shard, offset]);
    const known = probed.get(key);
    if (known !== undefined) return known;
    const found = await firstId({ shard, offset }, options);
    probed.set(key, found);
    return found;
  };

  return {
    async partition(target, _request, options) {
      const shards = Math.max(1, shardKeys.length);
      const count = await askCount(context, { exact: false }, options);
      const { parts: each, mayBeSlices } = cutOf(Math.ceil(target / shards), count / shards);
      const parts: Part[] = [];
      for (const shard of shardKeys) {
        if (each === 1) parts.push({ shard });
        else if (mayBeSlices && (await hasSlices(options))) {
          for (let index = 0; index < each; index += 1) parts.push({ shard, slice: { total: each, index } });
        } else {
          const ranges = await idRanges(each, (offset) => probe(shard, offset, options));
          parts.push(...ranges.map((range) => ({ ...range, shard })));
        }
      }
      probed.clear();
      const about = Math.ceil(count / parts.length);
      return parts.map((part) => partitionOf(part.to === undefined ? part : { ...part, about }, about));
    },

    async scan({ partition, cursor, limit, include, filter, witness }, options) {
      const part = readPart(partition);
      const keys = part.shard === undefined ? shardKeys : [part.shard];
      const position = cursor === undefined ? { shard: keys[0], offset: part.from } : readCursor(cursor);
      if (keys.length === 0) return { records: [], cursor: null };
      const translated = filter === undefined ? undefined : toCondition(filter, filters);
      const page = await scroll(
        {
          ...position,
          limit: pageOf(part, position.read ?? 0, limit),
          payload: include.includes('metadata'),
          vectors: include.includes('vectors'),
          witness: witness === true && include.length === 2,
          slice: part.slice,
          conditions: translated === undefined ? undefined : [translated.condition],
        },
        options,
      );
      const { to } = part;
      const read = (position.read ?? 0) + page.records.length;
      if (page.next !== null) await checkEnd(read, options);
      const inside = (id: string): boolean => to === undefined || compareIds(id, to) < 0;
      const records = to === undefined ? page.records : page.records.filter(({ id }) => inside(id));
      // Points come by their ids, so that those inside come first.
      const carried = page.count === undefined ? {} : { witness: page.count(records.length) };
      if (page.next !== null && inside(page.next)) {
        return { ...carried, records, cursor: cursorText({ shard: position.shard, offset: page.next, read }) };
      }
      const nextShard = keys[keys.indexOf(position.shard) + 1];
      return {
        ...carried,
        records,
        cursor: nextShard === undefined ? null : cursorText({ shard: nextShard, offset: part.from }),
      };
    },
  };
}

const cursorText = (position: Position): Cursor => JSON.stringify(position);

function readCursor(cursor: Cursor): Position {
  try {
    const position = JSON.parse(cursor) as Position;
    if (position.offset !== undefined && !isId(position.offset)) throw new Error('not an id');
    return position;
  } catch (cause) {
    throw new VsmError('INVALID_CURSOR', `qdrant: "${cursor}" is not a cursor of this store`, {
      adapter: 'qdrant',
      cause,
    });
  }
}
