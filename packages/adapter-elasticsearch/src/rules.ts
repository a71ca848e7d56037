/** What the mapping of an index refuses, as far as it is sure; what else it refuses, the server says when it is written. */
import {
  Float,
  isMetadataArray,
  isMetadataObject,
  numberKind,
  objectAt,
  own,
  textAt,
  type DenseVector,
  type JsonObject,
  type MetadataValue,
} from '@vsm/core/adapter';
import type { VectorField } from './index-info.ts';
import { squareOf } from './vectors.ts';

type Source = Readonly<Record<string, MetadataValue>>;

/** The mapping, and whether the index takes values that do not fit their field, which it then does not index. */
export interface Rules {
  readonly mapping: JsonObject;
  readonly ignoresMalformed: boolean;
}

/** Reads on from "the mapping". */
export function sourceProblem(source: Source, { mapping, ignoresMalformed }: Rules): string | undefined {
  // Names with dots mean other fields then.
  if (mapping['subobjects'] !== undefined) return undefined;
  return objectProblem(source, mapping, { dynamic: undefined, ignoresMalformed, path: '' });
}

export function isRoutingRequired({ mapping }: Rules): boolean {
  return objectAt(mapping, '_routing')?.['required'] === true;
}

interface Where {
  /** What the objects around it say of fields that are in no mapping. */
  readonly dynamic: unknown;
  readonly ignoresMalformed: boolean;
  readonly path: string;
}

function objectProblem(object: Source, mapping: JsonObject, where: Where): string | undefined {
  const { dynamic = where.dynamic } = mapping;
  const properties = objectAt(mapping, 'properties') ?? {};
  const runtime = objectAt(mapping, 'runtime') ?? {};
  for (const [key, value] of Object.entries(object)) {
    if (key.includes('.') || Object.hasOwn(runtime, key)) continue;
    const path = where.path + key;
    const field = objectAt(properties, key);
    if (field === undefined && dynamic === 'strict') return `is strict, and has no field "${path}"`;
    const problem = field === undefined ? undefined : valueProblem(value, field, { ...where, dynamic, path });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function valueProblem(value: MetadataValue, field: JsonObject, where: Where): string | undefined {
  if (field['enabled'] === false || field['subobjects'] !== undefined || value === null) return undefined;
  if (isMetadataArray(value)) {
    const problems = value.map((item) => valueProblem(item, field, where));
    return problems.find((problem) => problem !== undefined);
  }
  const type = textAt(field, 'type') || 'object';
  const say = (wanted: string): string => `has "${where.path}" as ${type}, which takes ${wanted}`;
  if (type === 'object' || type === 'nested') {
    if (!isMetadataObject(value)) return say('objects alone');
    return objectProblem(value, field, { ...where, path: `${where.path}.` });
  }
  const { ignore_malformed: ignores = where.ignoresMalformed } = field;
  if (isMetadataObject(value))
    return Object.hasOwn(TEXTS, type) || (Object.hasOwn(RULES, type) && ignores !== true)
      ? say('no objects')
      : undefined;
  if (type === 'keyword') return isImmense(value, field) ? say(`texts of up to ${LONGEST_TERM} bytes`) : undefined;
  const rule = ignores === true ? undefined : own(RULES, type);
  return rule === undefined || rule.takes(value) ? undefined : say(rule.wanted);
}

const TEXTS: Readonly<Record<string, true>> = { text: true, keyword: true };
/** Of what an index keeps for one value: https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/ignore-above */
const LONGEST_TERM = 32_766;

function isImmense(value: MetadataValue, field: JsonObject): boolean {
  const isKept = field['index'] !== false || field['doc_values'] !== false;
  const mayShorten = field['ignore_above'] !== undefined || field['normalizer'] !== undefined;
  return typeof value === 'string' && isKept && !mayShorten && Buffer.byteLength(value) > LONGEST_TERM;
}

interface Rule {
  readonly takes: (value: MetadataValue) => boolean;
  readonly wanted: string;
}

/** Texts are read as numbers; a fraction is cut off for the index. */
function numbers(fits: (value: number) => boolean, wanted: string): Rule {
  return {
    wanted,
    takes(value) {
      if (typeof value === 'boolean') return false;
      if (numberKind(value) !== undefined) return fits(Number(value));
      return typeof value !== 'string' || !isSurelyNoNumber(value);
    },
  };
}
/** Neither digits nor what Java reads as one of its numbers. */
const isSurelyNoNumber = (text: string): boolean => /^[a-z]/i.test(text) && !/^(NaN|Infinity|0x)/i.test(text);

const whole = (bits: number): Rule =>
  numbers((value) => Math.abs(Math.trunc(value)) <= 2 ** (bits - 1), `integers of ${bits} bits`);

const RULES: Readonly<Record<string, Rule>> = {
  byte: whole(8),
  short: whole(16),
  integer: whole(32),
  long: whole(64),
  float: numbers((value) => Number.isFinite(Math.fround(value)), 'floats of 32 bits'),
  double: numbers(() => true, 'numbers'),
  boolean: {
    wanted: 'booleans',
    takes: (value) =>
      typeof value !== 'number' && typeof value !== 'bigint' && !Float.isInstance(value) && !isOtherText(value),
  },
};
const isOtherText = (value: MetadataValue): boolean =>
  typeof value === 'string' && !['true', 'false', ''].includes(value);

/** Why a field refuses a vector for what it compares by. */
export function vectorProblem(vector: DenseVector, { metric, unit }: VectorField): string | undefined {
  if (metric !== 'cosine' && !unit) return undefined;
  const square = squareOf(vector);
  if (metric === 'cosine' && square === 0) return 'cosine takes no vector of zeros';
  return unit && Math.abs(square - 1) > UNIT_TOLERANCE ? 'dot_product takes vectors of length 1 alone' : undefined;
}
/** A little more than servers allow, so that what is between is left to them. */
const UNIT_TOLERANCE = 2e-3;
