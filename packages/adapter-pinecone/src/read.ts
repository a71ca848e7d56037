import {
  createEndCheck,
  VsmError,
  type CallOptions,
  type CollectionV1,
  type Cursor,
  type VectorRecord,
} from '@vsm/core/adapter';
import { fetchWire, type CollectionContext } from './context.ts';
import { createListing, type IdPage } from './listing.ts';
import { fromWire, namespaceField } from './mapping.ts';
import { fromWireName } from './names.ts';
import { listNamespaces } from './namespaces.ts';
import { LOOK_AHEAD, readPart, type Part } from './parts.ts';
import { outsidePrefixes } from './prefixes.ts';

/** Where a scan goes on. */
interface Position {
  readonly namespace: string;
  /** Of the prefixes that the part consists of; -1 are the ids that it names whole. */
  readonly prefix: number;
  readonly token?: string | undefined;
}

/** A part of a scan, spelled out. */
interface Route {
  readonly namespaces: readonly string[];
  readonly prefixes: readonly string[];
  /** Ids that stand by themselves. */
  readonly ids: readonly string[];
}

/** Most ids that the service lists at once. */
const LIST_PAGE = 100;
/** Pages without an id, and still with a next one, that one call looks at. */
const MOST_EMPTY = 100;

/** Lists ids and fetches the records of one page of them while the next is listed. */
export function createScan(context: CollectionContext): CollectionV1['scan'] {
  const listing = createListing(context);
  let namespaces: string[] | undefined;

  // Listed when a scan begins, and again when it goes on in another process.
  const namesOf = async (begins: boolean, options: CallOptions | undefined): Promise<readonly string[]> => {
    if (begins || namespaces === undefined)
      namespaces = (await listNamespaces(context, options)).map(({ name }) => name);
    return namespaces;
  };

  const routeOf = async (part: Part, begins: boolean, options: CallOptions | undefined): Promise<Route> => {
    const outside = part.outside === undefined ? undefined : outsidePrefixes(part.outside, part.first ?? '');
    return {
      namespaces: part.namespace === undefined ? await namesOf(begins, options) : [part.namespace],
      prefixes: outside?.prefixes ?? part.prefixes ?? [''],
      ids: outside?.ids ?? [],
    };
  };

  const list = async (route: Route, at: Position, limit: number, options: CallOptions | undefined): Promise<IdPage> => {
    const { namespace, prefix: index, token } = at;
    if (index === -1) return { ids: route.ids, token: undefined };
    const request = (from: number): { namespace: string; prefix: string; limit: number } => ({
      namespace,
      prefix: route.prefixes[from] ?? '',
      limit,
    });
    if (token === undefined && index % LOOK_AHEAD === 0) {
      const last = Math.min(index + LOOK_AHEAD, route.prefixes.length);
      for (let next = index + 1; next < last; next += 1) listing.prepare(request(next));
    }
    return listing.take({ ...request(index), ...(token !== undefined && { token }) }, options);
  };

  const checkEnd = createEndCheck<CallOptions | undefined>({
    adapter: 'pinecone',
    name: context.info.name,
    where: context.info.host,
    count: async (options) => (await listNamespaces(context, options)).reduce((sum, { count }) => sum + count, 0),
  });

  return async ({ partition, namespace, cursor, limit, include }, options) => {
    const part = readPart(partition, namespace);
    const route = await routeOf(part, cursor === undefined, options);
    const { position: begin, read: readBefore } =
      cursor === undefined ? { position: firstPosition(route), read: 0 } : readCursor(cursor);
    await checkEnd(readBefore, options);
    let at = begin;
    const size = Math.min(LIST_PAGE, limit);
    const withRecords = include.length > 0;
    const pages: PendingPage[] = [];
    // What came before a failure is a page, only shorter: many requests make one, and repeating all of them for one would get
    // nowhere where many fail. The failure itself is for the next call, which begins with it.
    const mayEndAt = (position: Position): boolean => position !== begin && options?.signal?.aborted !== true;
    let failed = false;
    let listed = 0;
    let empty = 0;
    while (at !== null && listed < limit && empty < MOST_EMPTY) {
      const from: Position = at;
      let page: IdPage;
      try {
        page = await list(route, from, Math.min(size, limit - listed), options);
      } catch (error) {
        if (!mayEndAt(from)) throw error;
        failed = true;
        break;
      }
      listed += page.ids.length;
      at = nextPosition(route, from, page.token);
      if (page.ids.length === 0) {
        if (page.token !== undefined) empty += 1;
        continue;
      }
      const records =
        withRecords || from.prefix === -1
          ? readRecords(context, from.namespace, page.ids, options)
          : idsOnly(from.namespace, page.ids);
      // Looked at in order below; until then its failure is not an unhandled one.
      records.catch(() => undefined);
      pages.push({ from, records });
    }
    if (!failed && at !== null && at.token !== undefined) {
      const { namespace: of, prefix, token } = at;
      listing.prepare({ namespace: of, prefix: route.prefixes[prefix] ?? '', limit: size, token });
    }
    const found: VectorRecord[] = [];
    const settled = await Promise.allSettled(pages.map(({ records }) => records));
    for (const [index, { from }] of pages.entries()) {
      const result = settled[index];
      if (result?.status === 'fulfilled') {
        for (const record of result.value) found.push(narrow(record, include));
        continue;
      }
      if (!mayEndAt(from)) throw result?.reason;
      return { records: found, cursor: cursorText(from, readBefore + found.length) };
    }
    return { records: found, cursor: cursorText(at, readBefore + listed + empty * LIST_PAGE) };
  };
}

/** The records of one page of ids, on their way. */
interface PendingPage {
  readonly from: Position;
  readonly records: Promise<readonly VectorRecord[]>;
}

async function readRecords(
  context: CollectionContext,
  namespace: string,
  ids: readonly string[],
  options: CallOptions | undefined,
): Promise<readonly VectorRecord[]> {
  const found = await fetchWire(context, namespace, ids, options);
  return found.map((wire) => fromWire(wire, namespace, context.names));
}

async function idsOnly(namespace: string, ids: readonly string[]): Promise<readonly VectorRecord[]> {
  return ids.map((id) => ({ id: fromWireName(id), ...namespaceField(namespace), vectors: {}, metadata: {} }));
}

/** The service gives everything or nothing. */
function narrow(record: VectorRecord, include: readonly ('vectors' | 'metadata')[]): VectorRecord {
  const { id, namespace, vectors } = record;
  const base = include.includes('metadata')
    ? record
    : { id, ...(namespace !== undefined && { namespace }), metadata: {} };
  return { ...base, vectors: include.includes('vectors') ? vectors : {} };
}

function firstPosition({ namespaces, ids }: Route): Position | null {
  const [namespace] = namespaces;
  return namespace === undefined ? null : { namespace, prefix: ids.length > 0 ? -1 : 0 };
}

function nextPosition(route: Route, { namespace, prefix }: Position, token: string | undefined): Position | null {
  if (token !== undefined) return { namespace, prefix, token };
  if (prefix + 1 < route.prefixes.length) return { namespace, prefix: prefix + 1 };
  // By order, not by place: the list may have changed since the cursor was given out.
  const next = route.namespaces.filter((name) => name > namespace).toSorted()[0];
  return next === undefined ? null : { namespace: next, prefix: route.ids.length > 0 ? -1 : 0 };
}

/** `read`: ids that came before, where an empty page counts like a full one. */
const cursorText = (position: Position | null, read: number): Cursor | null =>
  position === null ? null : JSON.stringify({ ...position, read });

function readCursor(cursor: Cursor): { readonly position: Position; readonly read: number } {
  try {
    const { namespace, prefix, token, read = 0 } = JSON.parse(cursor) as Partial<Position & { readonly read: number }>;
    if (typeof namespace === 'string' && typeof prefix === 'number')
      return { position: { namespace, prefix, ...(token !== undefined && { token }) }, read };
  } catch {
    // Said below.
  }
  throw new VsmError('INVALID_CURSOR', `pinecone: "${cursor}" is not a cursor of this store`, { adapter: 'pinecone' });
}
