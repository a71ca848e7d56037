import { checkList, checkObject, checkText, VsmError, type CallOptions } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';

/**
 * The class, to which an alias was resolved before, and its shards: their names are drawn when a class is made, and every node of a cluster
 * gives the same ones. Those of a class with tenants are called like these, and tell nothing.
 */
export async function identify(
  { client, name, info }: CollectionContext,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  const { class: className, tenants } = info();
  if (tenants) return undefined;
  const action = `ask which shards "${name}" has`;
  const request = { method: 'GET', path: `schema/${className}/shards`, action, signal: options?.signal } as const;
  try {
    const shards = await client.ask(request, (value) =>
      checkList(value, 'the shards').map((one) =>
        checkText(checkObject(one, 'a shard')['name'], 'the name of a shard'),
      ),
    );
    return shards.length === 0 ? undefined : `${[...new Set(shards)].toSorted().join(',')}/${className}`;
  } catch (error) {
    // A key may be good for records alone.
    if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND')) return undefined;
    throw error;
  }
}
