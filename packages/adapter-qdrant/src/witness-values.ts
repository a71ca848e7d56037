import {
  VsmError,
  type CallOptions,
  type RemoteError,
  type ValueFigure,
  type ValuesWitness,
  type WitnessRequest,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { payloadKeys, type Condition } from './filter.ts';
import { askCount } from './query.ts';
import { describeInfo } from './schema.ts';

/** Each is a count over all points, which the server makes by looking at every payload. */
const MOST_KEYS = 32;
const COUNTED_AT_ONCE = 4;

interface Question {
  readonly figure: Omit<ValueFigure, 'value'>;
  readonly filter: Condition;
  readonly label: string;
}

/**
 * What the server counts of the values of a collection. Of payloads it knows no list of keys, so that those are counted which reading found.
 * `is_empty` is missing, null or an empty list (https://qdrant.tech/documentation/concepts/filtering/#is-empty).
 */
export async function witnessValues(
  context: CollectionContext,
  { keys }: WitnessRequest,
  options: CallOptions | undefined,
): Promise<ValuesWitness> {
  const { name, info, names, filters } = context;
  const questions: Question[] = [];
  const unwitnessed: string[] = ['id', 'payload keys that reading found nowhere', 'components of vectors'];
  const count = (figure: Question['figure'], filter: Condition, label: string): void => {
    questions.push({ figure, filter, label });
  };
  for (const vector of Object.keys(describeInfo(name, info, []).vectors)) {
    const label = vector === '' ? 'the vector' : `vector "${vector}"`;
    count({ part: 'vector', name: vector, measure: 'records' }, { must: [{ has_vector: vector }] }, label);
  }
  const hasValue = (key: string): Condition => ({ must_not: [{ is_empty: { key } }] });
  const { documentKey, shardKeyField } = names;
  const inMetadata = new Set(keys);
  const document = documentKey === false || inMetadata.has(documentKey) ? undefined : payloadKey(documentKey, filters);
  if (document !== undefined) {
    count({ part: 'document', name: '', measure: 'records' }, hasValue(document), 'the document');
  } else if (documentKey !== false) unwitnessed.push('the document');
  // A document that is no text is metadata, and the server counts both as one key.
  const asked = keys.filter((key) => key !== shardKeyField && key !== documentKey);
  const counted = asked.slice(0, MOST_KEYS);
  if (asked.length > counted.length) unwitnessed.push(`metadata keys beyond ${MOST_KEYS}`);
  for (const key of counted) {
    const path = payloadKey(key, filters);
    // What an index of another type does not hold would count as empty.
    if (path === undefined) unwitnessed.push(`metadata "${key}", which is indexed or cannot be asked for`);
    else count({ part: 'metadata', name: key, measure: 'filled' }, hasValue(path), `metadata "${key}"`);
  }
  const figures: ValueFigure[] = [];
  for (let start = 0; start < questions.length; start += COUNTED_AT_ONCE) {
    const some = questions.slice(start, start + COUNTED_AT_ONCE);
    const counts = await Promise.all(some.map(({ filter }) => countWhere(context, filter, options)));
    for (const [at, { figure, label }] of some.entries()) {
      const value = counts[at];
      if (value === undefined) unwitnessed.push(`${label}, which this server does not count`);
      else figures.push({ ...figure, value });
    }
  }
  return { by: 'exact counts of Qdrant with has_vector and is_empty', figures, unwitnessed };
}

function payloadKey(key: string, { indexes, unindexed }: CollectionContext['filters']): string | undefined {
  // A key with a point in it has other spellings, and only the last is the key itself.
  const path = payloadKeys(key)?.find((spelling) => !key.includes('.') || spelling === `"${key}"`);
  return path === undefined || !unindexed || indexes.has(path) ? undefined : path;
}

/** `undefined` where the server does not know such a condition: `has_vector` is as old as 1.13. */
async function countWhere(
  context: CollectionContext,
  filter: Condition,
  options: CallOptions | undefined,
): Promise<number | undefined> {
  try {
    return await askCount(context, { exact: true, filter }, options);
  } catch (error) {
    if (VsmError.isInstance(error) && (error as RemoteError).status === 400) return undefined;
    throw error;
  }
}
