import type { ChromaClient, Collection, QueryResult } from 'chromadb';
import { call, intercept, refusing, type AnyMethod } from './intercept.ts';
import { CLIENT_METHODS, COLLECTION_METHODS } from './chroma-methods.ts';
import type { Live } from './live.ts';
import { nameIn, Sides, type CollectionNames, type JournaledOptions } from './sides.ts';

export type { CollectionNames, JournaledOptions } from './sides.ts';

export interface ChromaClientJournaledOptions extends JournaledOptions<ChromaClient> {
  readonly collection: CollectionNames;
}

type WriteArguments = Parameters<Collection['add']>[0];
type DeleteArguments = Parameters<Collection['delete']>[0];
type DeleteResult = Awaited<ReturnType<Collection['delete']>>;

/** As many as Chroma Cloud gives in one answer. */
const PAGE = 300;

/**
 * The same collection, whose writes leave marks; or the same client, which wraps the collection of the move when it gives it out. What is
 * deleted by a filter is asked for its ids first, and deleted by filter and ids.
 */
export function journaled<Wrapped extends Collection>(
  collection: Wrapped,
  live: Live,
  options?: JournaledOptions<Collection>,
): Wrapped;
export function journaled<Wrapped extends ChromaClient>(
  client: Wrapped,
  live: Live,
  options: ChromaClientJournaledOptions,
): Wrapped;
export function journaled(
  wrapped: Collection | ChromaClient,
  live: Live,
  options: JournaledOptions<Collection> | ChromaClientJournaledOptions = {},
): Collection | ChromaClient {
  if ('getOrCreateCollection' in wrapped) return ofClient(wrapped, live, options as ChromaClientJournaledOptions);
  return ofCollection(wrapped, live, options as JournaledOptions<Collection>);
}

function ofCollection(collection: Collection, live: Live, options: JournaledOptions<Collection>): Collection {
  const sides = new Sides<Collection>({ ...options, live, client: collection });
  return intercept(collection, 'Collection', COLLECTION_METHODS, (method, kind, original) => {
    if (typeof kind === 'object') return refusing('Collection', method, kind);
    if (kind === 'modifies') return modifyMetadata(original);
    if (kind !== 'marks') {
      const ids = kind === 'searches' ? idsOfAnswer : undefined;
      return (...given) => sides.read((to) => call(to, method, given), ids);
    }
    if (method === 'delete') return (given) => remove(sides, given as DeleteArguments);
    return async (given) => {
      const written = await embedded(collection, given as WriteArguments);
      return sides.write(written.ids, (to) => call(to, method, [written]));
    };
  });
}

/** Whatever is not one of the changes that the move would not follow. */
function modifyMetadata(original: AnyMethod): AnyMethod {
  return (given) => {
    const { name, configuration } = given as Parameters<Collection['modify']>[0];
    if (name === undefined && configuration === undefined) return original(given);
    const refused = 'the move opens the collection by its name, and made the other one by its configuration';
    return refusing('Collection', 'modify', { refused })();
  };
}

/** With vectors that take long to compute computed before the write begins. */
async function embedded({ embeddingFunction }: Collection, given: WriteArguments): Promise<WriteArguments> {
  const { embeddings, documents } = given;
  if (embeddings !== undefined || documents === undefined || embeddingFunction === undefined) return given;
  return { ...given, embeddings: await embeddingFunction.generate(documents) };
}

async function remove(sides: Sides<Collection>, given: DeleteArguments): Promise<DeleteResult> {
  const { ids, where, whereDocument, limit = Number.POSITIVE_INFINITY } = given;
  if (where === undefined && whereDocument === undefined) return sides.write(ids ?? [], (to) => to.delete(given));
  const filter = { ...(where !== undefined && { where }), ...(whereDocument !== undefined && { whereDocument }) };
  let [asked, deleted] = [0, 0];
  while (asked < limit) {
    const { client } = await sides.serving();
    // The first page each time: those of the page before are gone.
    const most = Math.min(PAGE, limit - asked);
    const found = await client.get({ ...filter, ...(ids !== undefined && { ids }), limit: most, include: [] });
    if (found.ids.length === 0) break;
    const answer = await sides.write(found.ids, (to) => to.delete({ ...filter, ids: found.ids }));
    asked += found.ids.length;
    deleted += answer.deleted ?? 0;
  }
  return { deleted };
}

function idsOfAnswer(answer: unknown): readonly string[] {
  return (answer as QueryResult).ids[0] ?? [];
}

function ofClient(client: ChromaClient, live: Live, options: ChromaClientJournaledOptions): ChromaClient {
  const { side = 'source', other, collection } = options;
  const name = nameIn(collection, side);
  const wrap = (found: Collection): Collection => {
    if (found.name !== name) return found;
    const { embeddingFunction } = found;
    const elsewhere = nameIn(collection, side === 'source' ? 'target' : 'source');
    return ofCollection(found, live, {
      side,
      ...(other !== undefined && {
        other: async () =>
          (await other()).getCollection({ name: elsewhere, ...(embeddingFunction && { embeddingFunction }) }),
      }),
    });
  };
  const whole = { refused: 'it deletes all records at once, which leaves no marks' };
  return intercept(client, 'ChromaClient', CLIENT_METHODS, (method, kind, original) => {
    if (typeof kind === 'object') return refusing('ChromaClient', method, kind);
    if (kind === 'drops') {
      return (asked) => {
        if ((asked as { readonly name: string }).name !== name) return original(asked);
        return refusing('ChromaClient', method, whole)();
      };
    }
    return async (...words) => {
      const found = (await original(...words)) as Collection | readonly Collection[];
      return 'name' in found ? wrap(found) : found.map(wrap);
    };
  });
}
