import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { call, intercept, refusal, refusing, type RecordKind } from './intercept.ts';
import type { Live } from './live.ts';
import type { Side } from './model.ts';
import { QDRANT_METHODS } from './qdrant-methods.ts';
import { narrowed, pointKey, touched, type Arguments } from './qdrant-points.ts';
import { nameIn, Sides, type CollectionNames, type JournaledOptions } from './sides.ts';

export type { CollectionNames, JournaledOptions } from './sides.ts';

export interface QdrantJournaledOptions extends JournaledOptions<QdrantClient> {
  /** That of the move, as the application calls it. Its aliases are known for it. */
  readonly collection: CollectionNames;
}

/** Points of one request; what a filter selects beyond that is written in several. */
const MOST_POINTS = 1000;
const PAGE = 250;
const TITLE = 'QdrantClient';

/**
 * The same client, whose writes to the collection of a move leave marks. Filters are asked for their ids first, and sent with them; writes
 * wait for the server, whatever `wait` says.
 */
export function journaled<Client extends QdrantClient>(
  client: Client,
  live: Live,
  options: QdrantJournaledOptions,
): Client {
  const { collection, side = 'source' } = options;
  const sides = new Sides<QdrantClient>({ ...options, live, client });
  const isOurs = ownName(client, nameIn(collection, side));
  return intercept<QdrantClient, RecordKind>(client, TITLE, QDRANT_METHODS, (method, kind, original) => {
    // It names no collection.
    if (method === 'api' && typeof kind === 'object') return refusing(TITLE, method, kind);
    const ours = async (rest: readonly unknown[]): Promise<unknown> => {
      if (typeof kind === 'object') return refusing(TITLE, method, kind)();
      const send = (to: QdrantClient, at: Side, given: readonly unknown[]): Promise<unknown> =>
        call(to, method, [nameIn(collection, at), ...given]);
      if (kind === 'marks') return write(sides, collection, rest[0] ?? {}, send);
      const ids = kind === 'searches' ? idsOfAnswer : undefined;
      return sides.read((to, at) => send(to, at, rest), ids);
    };
    if (method === 'updateCollectionAliases') {
      return async (...given) => ((await changesAlias(isOurs, given[0])) ? ours([]) : original(...given));
    }
    return async (...given) => ((await isOurs(given[0])) ? ours(given.slice(1)) : original(...given));
  }) as Client;
}

async function write(
  sides: Sides<QdrantClient>,
  names: CollectionNames,
  given: Arguments,
  send: (to: QdrantClient, at: Side, given: readonly unknown[]) => Promise<unknown>,
): Promise<unknown> {
  const { named, filters } = touched(given);
  const found: Schemas['ExtendedPointId'][] = [];
  if (filters.length > 0) {
    const { client, side } = await sides.serving();
    for (const filter of filters) found.push(...(await matching(client, nameIn(names, side), filter)));
  }
  // One operation of a batch may select what another one has written.
  const ids = given.operations === undefined ? found : [...named, ...found];
  let answer: unknown;
  for (let at = 0; at === 0 || (given.operations === undefined && at < ids.length); at += MOST_POINTS) {
    const some = given.operations === undefined ? ids.slice(at, at + MOST_POINTS) : ids;
    const request = { ...(filters.length === 0 ? given : narrowed(given, some)), wait: true };
    const keys = [...new Set([...named, ...some].map(pointKey))];
    answer = await sides.write(keys, (to, on) => send(to, on, [request]));
  }
  return answer;
}

/** The ids of what a filter selects now. Pages go by id, so that none is missed. */
async function matching(
  client: QdrantClient,
  collection: string,
  selector: Arguments,
): Promise<readonly Schemas['ExtendedPointId'][]> {
  const { filter, shard_key } = selector;
  const ids: Schemas['ExtendedPointId'][] = [];
  let offset: Schemas['ExtendedPointId'] | undefined;
  do {
    const page = await client.scroll(collection, {
      limit: PAGE,
      with_payload: false,
      with_vector: false,
      ...(isGiven(filter) && { filter }),
      ...(isGiven(shard_key) && { shard_key }),
      ...(offset !== undefined && { offset }),
    });
    for (const { id } of page.points) {
      if (typeof id === 'number' && !Number.isSafeInteger(id)) {
        throw refusal(TITLE, 'scroll', `the client does not read the id ${id} exactly, which the filter selects`);
      }
      ids.push(id);
    }
    const next = page.next_page_offset;
    offset = typeof next === 'string' || typeof next === 'number' ? next : undefined;
  } while (offset !== undefined);
  return ids;
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}

function idsOfAnswer(answer: unknown): readonly string[] {
  return (answer as Schemas['QueryResponse']).points.map(({ id }) => pointKey(id));
}

/** Whether a name is that of the collection, or of an alias of it; asked once for each. */
function ownName(client: QdrantClient, collection: string): (name: unknown) => Promise<boolean> {
  const known = new Map<unknown, Promise<boolean>>([[collection, Promise.resolve(true)]]);
  const ask = async (name: unknown): Promise<boolean> => {
    const { aliases } = await client.getAliases();
    const real = (one: unknown): unknown =>
      aliases.find(({ alias_name }) => alias_name === one)?.collection_name ?? one;
    return real(name) === real(collection);
  };
  return (name) => {
    if (typeof name !== 'string') return Promise.resolve(false);
    const asked = known.get(name) ?? ask(name);
    known.set(name, asked);
    asked.catch(() => known.delete(name));
    return asked;
  };
}

/** Whether an action names the collection, or an alias of it. */
async function changesAlias(isOurs: (name: unknown) => Promise<boolean>, given: unknown): Promise<boolean> {
  const { actions } = given as Schemas['ChangeAliasesOperation'];
  for (const action of actions) {
    for (const name of Object.values(action).flatMap((change: object) => Object.values(change))) {
      if (await isOurs(name)) return true;
    }
  }
  return false;
}
