import type { CallOptions } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';

export interface NamespaceSummary {
  /** As the service calls it: the default one is `__default__`. */
  readonly name: string;
  /** Some moments old. */
  readonly count: number;
}

interface NamespacePage {
  readonly namespaces?: readonly { readonly name?: string; readonly record_count?: number | string }[];
  readonly pagination?: { readonly next?: string } | null;
}

export async function listNamespaces(
  { client, info }: CollectionContext,
  options: CallOptions | undefined,
): Promise<NamespaceSummary[]> {
  const found: NamespaceSummary[] = [];
  let paginationToken: string | undefined;
  do {
    const from = paginationToken;
    const { body } = await client.data<NamespacePage>(
      `list the namespaces of "${info.name}"`,
      info.host,
      options,
      (index) => index.listNamespaces({ limit: 100, ...(from !== undefined && { paginationToken: from }) }),
    );
    for (const { name = '', record_count: count = 0 } of body.namespaces ?? []) {
      found.push({ name: name === '' ? '__default__' : name, count: Number(count) });
    }
    paginationToken = body.pagination?.next;
  } while (paginationToken !== undefined && paginationToken !== '');
  return found;
}
