import { randomUUID } from 'node:crypto';
import { Problem } from './problem.ts';
import { Namespace, type Body, type IndexState, type State } from './state.ts';

const MOST_DIMENSIONS = 5376;

/** `POST /v2/vector/index`: https://upstash.com/docs/devops/developer-api/vector */
export function createIndex(state: State, body: Body): object {
  const {
    name,
    region,
    similarity_function: similarity,
    dimension_count: dimension,
    index_type: kind = 'DENSE',
  } = body;
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new Problem(400, 'invalid index name');
  if (typeof region !== 'string') throw new Problem(400, 'region is required');
  if (state.indexes.has(name)) throw new Problem(409, `an index with the name ${name} exists already`);
  if (similarity !== 'COSINE' && similarity !== 'EUCLIDEAN' && similarity !== 'DOT_PRODUCT') {
    throw new Problem(400, 'invalid similarity_function');
  }
  if (kind !== 'DENSE' && kind !== 'SPARSE' && kind !== 'HYBRID') throw new Problem(400, 'invalid index_type');
  const wanted = kind === 'SPARSE' ? 0 : dimension;
  if (typeof wanted !== 'number' || wanted > MOST_DIMENSIONS || (kind !== 'SPARSE' && wanted < 1)) {
    throw new Problem(400, `dimension_count must be between 1 and ${MOST_DIMENSIONS}`);
  }
  const index: IndexState = {
    id: randomUUID(),
    name,
    kind,
    dimension: wanted,
    similarity,
    token: state.newToken(),
    // The default one is always there.
    namespaces: new Map([['', new Namespace(state.lagMs)]]),
  };
  state.indexes.set(name, index);
  return printIndex(state, index);
}

export function listIndexes(state: State): object {
  return [...state.indexes.values()].map((index) => printIndex(state, index));
}

export function deleteIndex(state: State, id: string): object | string {
  const index = [...state.indexes.values()].find((one) => one.id === id);
  if (index === undefined) throw new Problem(404, 'index not found');
  state.indexes.delete(index.name);
  return 'OK';
}

function printIndex(state: State, { id, name, kind, dimension, similarity, token }: IndexState): object {
  return {
    id,
    name,
    similarity_function: similarity,
    dimension_count: dimension,
    index_type: kind,
    endpoint: state.endpointOf(name),
    token,
    read_only_token: `${token}-read-only`,
    type: 'payg',
    region: 'eu-west-1',
  };
}
