import { printIndex, readCreateRequest } from './index-model.ts';
import { Problem } from './problem.ts';
import type { JsonObject } from './record.ts';
import { isReady, type IndexState, type State } from './state.ts';

interface ControlCall {
  readonly name: string;
  readonly body: JsonObject;
  readonly apiVersion: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type ControlHandler = (state: State, call: ControlCall) => Answer;

export const listIndexes: ControlHandler = (state, { apiVersion }) => {
  const indexes = [...state.indexes.values()].map((index) => describe(state, index, apiVersion));
  return json(200, { indexes });
};

export const createIndex: ControlHandler = (state, { body, apiVersion }) => {
  const model = readCreateRequest(body, apiVersion);
  if (state.indexes.has(model.name)) throw new Problem(409, 'Resource already exists.');
  const index = {
    model,
    readyAt: performance.now() + state.readyAfterMs,
    namespaces: new Map(),
    made: new Set<string>(),
  };
  state.indexes.set(model.name, index);
  return json(201, describe(state, index, apiVersion));
};

export const describeIndex: ControlHandler = (state, { name, apiVersion }) =>
  json(200, describe(state, find(state, name), apiVersion));

export const deleteIndex: ControlHandler = (state, { name }) => {
  if (find(state, name).model.deletionProtection === 'enabled') {
    throw new Problem(
      403,
      `Deletion protection is enabled for index ${name}. Disable deletion protection before retrying.`,
    );
  }
  state.indexes.delete(name);
  return { status: 202, body: '' };
};

function find(state: State, name: string): IndexState {
  const index = state.indexes.get(name);
  if (index === undefined) throw new Problem(404, `Resource ${name} not found`);
  return index;
}

const describe = (state: State, index: IndexState, apiVersion: string): JsonObject =>
  printIndex(index.model, apiVersion, state.hostOf(index.model.name), isReady(index));

const json = (status: number, body: JsonObject): Answer => ({ status, body: JSON.stringify(body) });
