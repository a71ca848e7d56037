import type { Collection } from './collection.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { notFound } from './problem.ts';
import { find, type State } from './state.ts';

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Json;
}
export interface Answer {
  readonly status?: number;
  readonly body?: string;
}
export type Handler = (state: State, call: Call) => Answer;

export const line = (text: string): Answer => ({ body: `${text}\n` });
export const objectOf = (body: Json): JsonObject => (isObject(body) ? body : {});

export function theClass(state: State, { params }: Call): Collection {
  const found = find(state, params['class'] ?? '');
  if (found === undefined) throw notFound();
  return found;
}
