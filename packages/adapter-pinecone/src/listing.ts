import { checkList, checkObject, checkText, WrongAnswer, type CallOptions } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';

/** One request for ids. */
interface ListRequest {
  readonly namespace: string;
  readonly prefix: string;
  readonly token?: string | undefined;
  readonly limit: number;
}

export interface IdPage {
  readonly ids: readonly string[];
  /** Of the next page of the same prefix. */
  readonly token: string | undefined;
}

/** Ids page by page, some of them on their way before they are asked for. */
export interface Listing {
  take(request: ListRequest, options: CallOptions | undefined): Promise<IdPage>;
  /** Begins what will be taken next. */
  prepare(request: ListRequest): void;
}

/** Forgotten scans do not pile up, and a later one does not see what was there long ago. */
const KEPT_PAGES = 100;
const KEPT_MS = 5000;

export function createListing({ client, info }: CollectionContext): Listing {
  const pending = new Map<string, { readonly page: Promise<IdPage>; readonly since: number }>();
  const start = (request: ListRequest, options: CallOptions | undefined): Promise<IdPage> => {
    const { namespace, prefix, token, limit } = request;
    return client.data(
      `list the ids of "${info.name}"`,
      info.host,
      options,
      (index) =>
        index.listPaginated({
          namespace,
          limit,
          ...(prefix !== '' && { prefix }),
          ...(token !== undefined && { paginationToken: token }),
        }),
      (body) => readIdPage(body, limit, token),
    );
  };
  return {
    take(request, options) {
      const key = JSON.stringify(request);
      const prepared = pending.get(key);
      pending.delete(key);
      const fresh = prepared !== undefined && performance.now() - prepared.since < KEPT_MS;
      return fresh ? prepared.page : start(request, options);
    },
    prepare(request) {
      const key = JSON.stringify(request);
      if (pending.has(key)) return;
      // Without the signal of the call that looks ahead: another one may take the page.
      const page = start(request, undefined);
      page.catch(() => pending.delete(key));
      pending.set(key, { page, since: performance.now() });
      const [oldest] = pending.keys();
      if (pending.size > KEPT_PAGES && oldest !== undefined) pending.delete(oldest);
    },
  };
}

/** @throws WrongAnswer for a page that is longer than asked, or that leads back to itself */
export function readIdPage(body: Readonly<Record<string, unknown>>, limit: number, asked?: string): IdPage {
  const ids = checkList(body['vectors'] ?? [], 'the ids', limit).map((one) =>
    checkText(checkObject(one, 'an id')['id'], 'an id'),
  );
  return { ids, token: nextToken(body, asked) };
}

/** The token of the next page; `asked` is the one that led to this. */
export function nextToken({ pagination }: Readonly<Record<string, unknown>>, asked?: string): string | undefined {
  const { next = '' } = checkObject(pagination ?? {}, 'the pagination');
  const token = checkText(next ?? '', 'the token of the next page');
  if (token !== '' && token === asked)
    throw new WrongAnswer('the page leads back to itself, so that the pages do not end');
  return token === '' ? undefined : token;
}
