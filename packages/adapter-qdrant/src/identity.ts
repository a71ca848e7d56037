import { checkList, checkObject, parseJson, VsmError, type CallOptions } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';

/**
 * The real name, to which an alias was resolved before, and the peers that hold its shards: each has a random id, and every node of a
 * cluster names the same ones.
 */
export async function identify(
  { client, name, path }: CollectionContext,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  const request = { method: 'GET', path: `${path}/cluster`, action: `ask which server has "${name}"` } as const;
  try {
    const holders = await client.bulk(request, options, readHolders);
    return holders.length === 0 ? undefined : `${holders.join(',')}/${name}`;
  } catch (error) {
    // A key may be good for records alone, and an older server does not know the question.
    if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND')) return undefined;
    throw error;
  }
}

function readHolders(text: string): readonly string[] {
  // The ids are beyond what a double holds.
  const result = checkObject(checkObject(parseJson(text), 'the answer')['result'], 'the result');
  const remote = checkList(result['remote_shards'] ?? [], 'the remote shards').map((one) =>
    checkObject(one, 'a shard'),
  );
  const local = checkList(result['local_shards'] ?? [], 'the local shards').length > 0 ? [result] : [];
  const ids = [...local, ...remote].flatMap(({ peer_id: id }) => {
    return typeof id === 'number' || typeof id === 'bigint' ? [String(id)] : [];
  });
  return [...new Set(ids)].toSorted();
}
