import {
  checkCount,
  checkList,
  checkObject,
  createPartCheck,
  idKind,
  ifThere,
  own,
  WrongAnswer,
  type CollectionV1,
  type Partition,
  type VectorRecord,
} from '@vsm/core/adapter';
import { tenantQuery, type CollectionContext } from './context.ts';
import { fromObject, type Places } from './mapping.ts';
import { namespaceOf, tenantOf } from './names.ts';
import { pageOf, partitionOf, readRange, splitRange, type Range } from './ranges.ts';

export interface Reader extends Required<
  Pick<CollectionV1, 'count' | 'listEmptyNamespaces' | 'partition' | 'scan' | 'fetch'>
> {
  /** The first objects of a tenant, with their vectors. */
  readonly sample: (tenant: string, signal?: AbortSignal) => Promise<VectorRecord[]>;
  readonly one: (id: string, tenant: string, signal?: AbortSignal) => Promise<VectorRecord | undefined>;
}

/** Objects a page holds at most, and bytes, by a rough measure. */
const PAGE = 1000;
const PAGE_BYTES = 64 * 1024 * 1024;
const COMPONENT_BYTES = 14;
const SAMPLE = 20;
/** Objects that are asked for by id at once. */
const AT_ONCE = 16;

/** Tenants that are counted to find those without an object. */
const MOST_LOOKED_AT = 200;

export function createReader(context: CollectionContext, places: () => Places): Reader {
  const { client, tenants, name } = context;

  const page = async (
    { tenant, after, until }: Range,
    limit: number,
    include: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ records: VectorRecord[]; last: string | undefined }> => {
    const { class: className } = context.info();
    const vectors = include.includes('vectors') ? '&include=vector' : '';
    const path = `objects?class=${className}&limit=${limit}&after=${after}${vectors}${tenantQuery(tenant)}`;
    const objects = await client.ask({ method: 'GET', path, action: `read "${name}"`, signal }, (value) =>
      checkList(checkObject(value, 'the page')['objects'], 'the objects', limit).map((one) =>
        checkObject(one, 'an object'),
      ),
    );
    if (hasUnknownProperty(objects, places())) await context.refresh(signal);
    const records = objects.map((one) => fromObject(one, places(), tenant, include.includes('metadata')));
    checkOrder(records, after);
    const kept = until === '' ? records : records.filter(({ id }) => id <= until);
    return { records: kept, last: kept.length < records.length ? undefined : records.at(-1)?.id };
  };

  const single = async (id: string, tenant: string, signal?: AbortSignal): Promise<VectorRecord | undefined> => {
    const path = `objects/${context.info().class}/${id}?include=vector${tenantQuery(tenant)}`;
    const request = { method: 'GET', path, action: `fetch from "${name}"`, signal } as const;
    const read = (value: unknown): VectorRecord => {
      const record = fromObject(value, places(), tenant);
      if (record.id !== id) throw new WrongAnswer(`it must be the object ${id}, but is ${record.id}`);
      return record;
    };
    return ifThere(() => client.ask(request, read));
  };

  const countTenant = (tenant: string, signal?: AbortSignal): Promise<number> => {
    const { class: className } = context.info();
    const where = tenant === '' ? '' : `(tenant:${JSON.stringify(tenant)})`;
    const query = `{Aggregate{${className}${where}{meta{count}}}}`;
    return client.graphql(
      `count the records of "${name}"`,
      query,
      (data) => {
        const aggregate = checkObject(checkObject(data, 'the data')['Aggregate'], 'the aggregate');
        const [first] = checkList(own(aggregate, className), 'the counts', 1);
        return checkCount(checkObject(checkObject(first, 'a count')['meta'], 'a count')['count'], 'the count');
      },
      signal,
    );
  };

  const checkEnd = createPartCheck<{ readonly tenant: string; readonly signal: AbortSignal | undefined }>({
    adapter: 'weaviate',
    name,
    where: client.location,
    count: ({ tenant, signal }) => countTenant(tenant, signal),
  });
  const pageSize = (limit: number): number => {
    const components = context.info().vectors.reduce((total, { dimension = 1536 }) => total + dimension, 0);
    return Math.max(1, Math.min(limit, PAGE, Math.floor(PAGE_BYTES / (components * COMPONENT_BYTES + 2000))));
  };

  return {
    one: single,
    sample: async (tenant, signal) =>
      (await page({ tenant, after: '', until: '' }, SAMPLE, ['vectors', 'metadata'], signal)).records,
    async count(request, options) {
      const some = await tenants.readable(request?.namespace, options?.signal);
      let value = 0;
      for (const tenant of some) value += await countTenant(tenant, options?.signal);
      return { value, exact: true };
    },
    async listEmptyNamespaces(options) {
      const some = await tenants.active(options?.signal);
      if (some.length > MOST_LOOKED_AT) return undefined;
      const counts = await Promise.all(some.map((tenant) => countTenant(tenant, options?.signal)));
      return some.filter((tenant, at) => tenant !== '' && counts[at] === 0).map(namespaceOf);
    },
    async partition(target, request, options) {
      const some = await tenants.readable(request?.namespace, options?.signal);
      const each = Math.max(1, Math.round(target / Math.max(1, some.length)));
      const parts: Partition[] = [];
      for (const tenant of some) {
        const firstBehind = async (after: string): Promise<string | undefined> =>
          (await page({ tenant, after, until: '' }, 1, [], options?.signal)).last;
        // Of many tenants each is one part, and none is looked at.
        const objects = each === 1 ? undefined : await countTenant(tenant, options?.signal);
        const ranges = await splitRange(tenant, objects, each, firstBehind);
        parts.push(...ranges.map(partitionOf));
      }
      return parts.length > 0 ? parts : [{ id: '-' }];
    },
    async scan({ partition, namespace, cursor, limit, include }, options) {
      if (partition?.id === '-') return { records: [], cursor: null };
      const part = readRange(partition?.id ?? '', name);
      const readable = async (wanted: string | undefined): Promise<readonly string[]> => {
        if (partition === undefined) return tenants.readable(wanted, options?.signal);
        // Whoever made the parts may have put their tenants back. One that is gone by now is missed by the server.
        await tenants.readable(namespaceOf(part.tenant), options?.signal);
        return [part.tenant];
      };
      const all = cursor === undefined ? await readable(namespace) : undefined;
      const [from, behind = part.after, before = '0'] = cursor?.split('/') ?? [all?.[0]];
      if (from === undefined) return { records: [], cursor: null };
      // A scan that goes on in another process may find it asleep.
      if (cursor !== undefined) await readable(namespaceOf(from));
      const most = pageOf(part, Number(before), pageSize(limit));
      const range = { ...part, tenant: from, after: behind };
      const { records, last } = await page(range, most, include, options?.signal);
      const seen = { key: JSON.stringify([from, partition?.id]), isFirst: behind === part.after };
      await checkEnd({ ...seen, records: records.length }, { tenant: from, signal: options?.signal });
      // How many came so far says how many a range still has.
      if (last !== undefined) return { records, cursor: `${from}/${last}/${Number(before) + records.length}` };
      // Tenants come in the order of their names, so that one that was made meanwhile stops nothing.
      const next = (all ?? (await readable(namespace))).find((one) => one > from);
      return { records, cursor: next === undefined ? null : `${next}/` };
    },
    async fetch(ids, options) {
      const [tenant] = await tenants.readable(options?.namespace ?? '', options?.signal);
      if (tenant === undefined || (tenant !== '' && tenant !== tenantOf(options?.namespace))) return [];
      // The server would take other spellings of an id as well.
      const wanted = ids.filter((id) => idKind(id) === 'uuid');
      const found: (VectorRecord | undefined)[] = [];
      for (let start = 0; start < wanted.length; start += AT_ONCE) {
        const some = wanted.slice(start, start + AT_ONCE);
        found.push(...(await Promise.all(some.map((id) => single(id, tenant, options?.signal)))));
      }
      return found.filter((record) => record !== undefined);
    },
  };
}

function hasUnknownProperty(objects: readonly Readonly<Record<string, unknown>>[], { info }: Places): boolean {
  return objects.some(({ properties }) => Object.keys(properties ?? {}).some((key) => !info.properties.has(key)));
}

/** A cursor that does not move would go on for ever. */
function checkOrder(records: readonly VectorRecord[], after: string): void {
  let last = after;
  for (const { id } of records) {
    if (id <= last)
      throw new WrongAnswer(`objects must come in the order of their ids, but ${id} comes behind ${last}`);
    last = id;
  }
}
