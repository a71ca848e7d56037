import {
  FieldSampler,
  objectAt,
  own,
  textAt,
  understandFields,
  VsmError,
  type Datatype,
  type Field,
  type FieldType,
  type ReadingOptions,
  type Understood,
} from '@vsm/core/adapter';
import type { IndexInfo, VectorField } from './index-info.ts';
import { ADAPTER } from './options.ts';

const DATATYPES: Readonly<Record<VectorField['form'], Datatype | undefined>> = {
  float: undefined,
  byte: 'int8',
  bit: 'bit',
};
export const datatypeOf = ({ form }: VectorField): Datatype | undefined => DATATYPES[form];

const TYPES: Readonly<Record<string, FieldType>> = {
  keyword: 'string',
  text: 'string',
  constant_keyword: 'string',
  wildcard: 'string',
  long: 'integer',
  integer: 'integer',
  short: 'integer',
  byte: 'integer',
  unsigned_long: 'integer',
  double: 'float',
  float: 'float',
  half_float: 'float',
  scaled_float: 'float',
  boolean: 'boolean',
};
export const fieldTypeOf = (type: unknown): FieldType => own(TYPES, String(type)) ?? 'json';

/** What the fields of an index are that others made, by its mapping and the sources of some documents. */
export function understandIndex(
  info: IndexInfo,
  sources: readonly Readonly<Record<string, unknown>>[],
  options: ReadingOptions,
): Understood {
  checkSource(info, options);
  const sampler = new FieldSampler();
  for (const source of sources) sampler.row(Object.entries(source));
  const sampled = new Map(sampler.facts().map((fact) => [fact.field, fact]));
  const id: Field = {
    field: '_id',
    declared: 'id',
    shape: 'text',
    type: 'the id of the document',
    sampled: sources.length,
    present: sources.length,
    fieldType: 'string',
  };
  const vectors = [...info.vectors].map(([field, vector]): Field => {
    const { dimension } = vector;
    const lengths = dimension === undefined ? undefined : { least: dimension, most: dimension };
    const type = `${vector.form} vector`;
    const seen = sampled.get(field);
    const { present = 0, otherShapes = 0 } = seen ?? {};
    const datatype = datatypeOf(vector);
    const facts = { field, declared: 'vector', shape: 'numbers', type, lengths, sampled: sources.length } as const;
    return { ...facts, present: present - otherShapes, kind: 'dense', dimension, datatype, fieldType: 'json' };
  });
  const mapped = [...info.fields].filter(([path]) => !path.includes('.') && !sampled.has(path));
  const others = [...sampled.values()].filter(({ field }) => !info.vectors.has(field));
  const fields = [
    id,
    ...vectors,
    ...others.map((fact): Field => ({ ...fact, fieldType: fieldTypeOf(info.fields.get(fact.field)?.['type']) })),
    ...mapped.map(([field, mapping]): Field => {
      const { type } = mapping;
      const shape =
        objectAt(mapping, 'properties') !== undefined
          ? 'object'
          : type === 'text' || type === 'keyword'
            ? 'text'
            : 'other';
      return {
        field,
        shape,
        type: textAt(mapping, 'type') || 'object',
        sampled: sources.length,
        present: 0,
        fieldType: fieldTypeOf(type),
      };
    }),
  ];
  return understandFields(fields, { ...options, id: '_id' });
}

/** Whether what was sent can be read at all: the source is all that there is of a document. */
function checkSource({ index, mappings, vectors }: IndexInfo, { ignore = [] }: ReadingOptions): void {
  const source = objectAt(mappings, '_source') ?? {};
  const refuse = (why: string): never => {
    throw new VsmError('INVALID_DATA', `${ADAPTER}: index "${index}" cannot be read as a collection: ${why}`, {
      adapter: ADAPTER,
    });
  };
  if (source['enabled'] === false) refuse('its mapping has _source disabled, so that nothing of a document is kept');
  const excludes = Array.isArray(source['excludes']) ? (source['excludes'] as readonly unknown[]) : [];
  for (const field of vectors.keys()) {
    if (ignore.includes(field) || !excludes.some((pattern) => fits(String(pattern), field))) continue;
    refuse(
      `its mapping excludes the vectors of "${field}" from _source, so that they are in the index alone; ignore=${field} leaves them out`,
    );
  }
  const gone = excludes.map(String).filter((pattern) => ![...vectors.keys()].some((field) => fits(pattern, field)));
  const includes = Array.isArray(source['includes']) && source['includes'].length > 0;
  if (includes || gone.length > 0) refuse('its mapping keeps a part of each document in _source only');
}

function fits(pattern: string, field: string): boolean {
  const words = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${words.join('.*')}(\\..*)?$`).test(field);
}
