import {
  allNamed,
  bytesVector,
  fieldOptionsOf,
  isContainerName,
  isJsonObject,
  isVectorName,
  namedFields,
  textVector,
  type Field,
  type FieldSampler,
} from '@vsm/core/adapter';
import type { IndexAttribute } from './index-info.ts';
import { textOf } from './keys.ts';
import type { Settings } from './options.ts';

/** The key itself, among the fields. */
const KEY = '#key';

/** What a field of a hash looks like: the same bytes may be text and numbers. */
export function sampledValue(field: string, bytes: Buffer, { container }: Settings): unknown {
  const text = textOf(bytes);
  if (text !== undefined && (field === container || field === LANGCHAIN_METADATA) && isJsonObject(text))
    return JSON.parse(text);
  if (!isVectorName(field)) return text ?? bytes;
  if (text !== undefined && textVector(text) !== undefined) return text;
  return bytesVector(bytes) === undefined ? (text ?? bytes) : bytes;
}

export function factsOf(
  sampler: FieldSampler,
  attributes: readonly IndexAttribute[],
  settings: Settings,
  sampled: number,
): Field[] {
  const { container } = settings;
  const seen = new Map(sampler.facts().map((fact) => [fact.field, fact]));
  const declared = new Map(
    attributes.flatMap(({ field, vector }) => (vector === undefined ? [] : [[field, vector] as const])),
  );
  for (const field of [...declared.keys(), ...allNamed(namedFields(fieldOptionsOf(settings)))]) {
    if (!seen.has(field) && !field.startsWith('$'))
      seen.set(field, { field, shape: 'other', type: 'nothing', sampled, present: 0 });
  }
  const key: Field = {
    field: KEY,
    declared: 'id',
    shape: 'text',
    type: 'the key without its prefix',
    sampled,
    present: sampled,
    fieldType: 'string',
  };
  const fields = [...seen.values()].map((fact): Field => {
    const vector = declared.get(fact.field);
    if (vector !== undefined) {
      const { datatype, dimension } = vector;
      const lengths = { least: dimension, most: dimension };
      return {
        ...fact,
        declared: 'vector',
        shape: 'numbers',
        kind: 'dense',
        type: `${datatype} vector`,
        lengths,
        dimension,
        datatype,
        otherShapes: 0,
        fieldType: 'json',
      };
    }
    // There are no namespaces in Redis, whatever fields are called.
    const role = fact.field === 'namespace' ? { declared: 'metadata' as const } : {};
    const holds = fact.field === container || isContainerName(fact.field) || fact.field === LANGCHAIN_METADATA;
    return {
      ...fact,
      ...role,
      ...(holds && fact.shape === 'object' && { container: true }),
      fieldType: fact.shape === 'text' ? 'string' : 'json',
    };
  });
  return [key, ...fields];
}

/** What LangChain calls the metadata in hashes. */
const LANGCHAIN_METADATA = '_metadata_json';
