import { checkCount, checkList, checkObject, checkText, EndingList, type CallOptions } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nextToken } from './listing.ts';

export interface NamespaceSummary {
  /** As the service calls it: the default one is `__default__`. */
  readonly name: string;
  /** Some moments old. */
  readonly count: number;
}

const PAGE = 100;

export async function listNamespaces(
  { client, info }: CollectionContext,
  options: CallOptions | undefined,
): Promise<NamespaceSummary[]> {
  const found: NamespaceSummary[] = [];
  const names = new EndingList('the list of namespaces');
  let token: string | undefined;
  do {
    const from = token;
    token = await client.data(
      `list the namespaces of "${info.name}"`,
      info.host,
      options,
      (index) => index.listNamespaces({ limit: PAGE, ...(from !== undefined && { paginationToken: from }) }),
      (body) => {
        const page = checkList(body['namespaces'] ?? [], 'the namespaces', PAGE).map(readNamespace);
        names.add(page.map(({ name }) => name));
        found.push(...page);
        return nextToken(body, from);
      },
    );
  } while (token !== undefined);
  return found;
}

function readNamespace(value: unknown): NamespaceSummary {
  const { name: given, record_count: count } = checkObject(value, 'a namespace');
  const name = checkText(given ?? '', 'the name of a namespace');
  // Some versions print the 64 bits of a count as a text.
  const number = typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : (count ?? 0);
  return { name: name === '' ? '__default__' : name, count: checkCount(number, 'the count of a namespace') };
}
