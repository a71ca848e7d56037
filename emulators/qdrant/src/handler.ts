import type { Collection } from './collection.ts';
import { compileFilter, type FilterContext, type Test } from './filter.ts';
import type { JsonObject } from './json.ts';
import { notFound } from './problem.ts';

interface Settings {
  readonly version: string;
  readonly slices: boolean;
  /** Whether shard keys can be created: a server that stands alone refuses them. */
  readonly distributed: boolean;
  /** Whether vectors go out over gRPC in the fields that newer versions no longer fill. */
  readonly deprecatedVectors: boolean;
}

export interface State {
  /** Of this server, at random, and beyond what a double holds. */
  readonly peerId: bigint;
  readonly settings: Settings;
  readonly collections: Map<string, Collection>;
  /** Alias → collection. */
  readonly aliases: Map<string, string>;
  readonly lagMs: () => number;
}

export interface Call {
  readonly name: string;
  readonly item: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** Length of the body, for messages that say where the parser stood. */
  readonly column: number;
}

/** Answers the text of `result`. */
export type Handler = (state: State, call: Call) => string | Promise<string>;

export function find({ collections, aliases }: State, name: string): Collection {
  const collection = collections.get(aliases.get(name) ?? name);
  if (collection === undefined) throw notFound(`Collection \`${name}\` doesn't exist!`);
  return collection;
}

export function context(state: State, { column }: Call, collection?: Collection): FilterContext {
  const textIndexed = (key: string): boolean => collection?.indexes.get(key)?.['data_type'] === 'text';
  return { slices: state.settings.slices, column, textIndexed };
}

export function filterOf(state: State, call: Call, collection?: Collection): Test {
  return compileFilter(call.body['filter'], context(state, call, collection));
}

export async function write(
  state: State,
  { query }: Call,
  collection: Collection,
  apply: (operation: number) => void,
  weight = 1,
): Promise<string> {
  const timeout = query.get('timeout');
  const { operation, outcome } = await collection.write(apply, {
    wait: query.get('wait') === 'true',
    timeoutMs: timeout === null ? undefined : Number(timeout) * 1000,
    lagMs: state.lagMs(),
    weight,
  });
  return `{"operation_id":${operation},"status":"${outcome}"}`;
}
