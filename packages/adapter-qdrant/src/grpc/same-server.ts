import type { GrpcChannel } from '@vsm/core/adapter';
import { clusterMessage, readPeers } from './messages.ts';

/**
 * Whether both ports belong to one server or cluster. Next to a server's port there may be another's, with a collection of the
 * same name; but each has a random id of its own, which both of its ports tell.
 */
export async function isSameServer(
  channel: GrpcChannel,
  collection: string,
  restAnswer: Promise<string>,
  signal: AbortSignal,
): Promise<boolean> {
  const [answer, text] = await Promise.all([
    channel.call('/qdrant.Collections/CollectionClusterInfo', clusterMessage(collection), signal),
    restAnswer,
  ]);
  const peers = readPeers(answer);
  // As digits: the ids are beyond what a double holds.
  return [...text.matchAll(/"peer_id":\s*(\d+)/g)].some(([, id]) => id !== undefined && peers.has(id));
}
