import {
  Float,
  isMetadataArray,
  isMetadataObject,
  MOST_LEVELS,
  numberKind,
  Unfit,
  type MetadataValue,
} from '../spec/record.ts';
import type { MetadataCapabilities } from '../spec/v1.ts';
import { survivesParser } from '../json/serde-numbers.ts';

/** Why a text cannot be stored; reads on from "the document …". */
export function textProblem(text: string, facts: MetadataCapabilities): string | undefined {
  if (!facts.nul && text.includes('\0')) return 'contains U+0000, which the store cannot hold';
  if (!facts.loneSurrogates && !text.isWellFormed())
    return 'contains half of a surrogate pair, which the store cannot hold';
  return undefined;
}

/** Of a collection or namespace. U+0000 is left to adapters, which may spell it otherwise. */
export function nameProblem(name: string, facts: MetadataCapabilities): string | undefined {
  return textProblem(name, { ...facts, nul: true });
}

/** Why a value cannot be stored as it is; `undefined` where it can. */
export function metadataProblem(value: MetadataValue, facts: MetadataCapabilities, level = 1): string | undefined {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 'it is not a JSON value';
  if (value === null) return facts.null ? undefined : 'the store has no null';
  if (typeof value === 'string') {
    const text = textProblem(value, facts);
    return text === undefined ? undefined : `it ${text}`;
  }
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'bigint') return integerProblem(value, facts);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return zeroProblem(value, facts);
    return Number.isFinite(value) ? doubleProblem(value, facts) : `it is ${value}`;
  }
  if (Float.isInstance(value)) {
    if (facts.floats === 'merged') return 'the store does not tell 1.0 from 1';
    return doubleProblem(value.value, facts);
  }
  if (Unfit.isInstance(value)) return value.reason;
  if (level > MOST_LEVELS) return `it is nested deeper than ${MOST_LEVELS} levels`;
  if (isMetadataArray(value)) return arrayProblem(value, facts, level);
  if (!isMetadataObject(value)) return 'it is not a JSON value';
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
    return `it is a ${value.constructor?.name ?? 'class instance'}, not a JSON value`;
  }
  if (!facts.object) return 'the store has no nested objects';
  for (const key of Object.keys(value)) {
    const text = textProblem(key, facts);
    if (text !== undefined) return `a key in it ${text}`;
    const problem = metadataProblem(value[key] as MetadataValue, facts, level + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function doubleProblem(value: number, facts: MetadataCapabilities): string | undefined {
  if (!survivesParser(value, facts.numberParser)) {
    return `the store reads ${value} as a neighbouring number`;
  }
  return zeroProblem(value, facts);
}

function zeroProblem(value: number, facts: MetadataCapabilities): string | undefined {
  return Object.is(value, -0) && !facts.negativeZero ? 'the store does not tell -0.0 from 0' : undefined;
}

function integerProblem(value: bigint, facts: MetadataCapabilities): string | undefined {
  const fits =
    facts.integers === 'any' ||
    (facts.integers !== 'safe' && value >= -(2n ** 63n) && value < 2n ** (facts.integers === 'int64' ? 63n : 64n));
  return fits ? undefined : `the store rounds the integer ${value}`;
}

function arrayProblem(value: readonly MetadataValue[], facts: MetadataCapabilities, level: number): string | undefined {
  if (facts.arrays === 'none') return 'the store has no lists';
  if (facts.arrays === 'strings' && !value.every((item) => typeof item === 'string'))
    return 'the store has lists of strings only';
  if (facts.arrays === 'homogeneous') {
    if (value.length === 0) return 'the store has no empty lists';
    const kinds = new Set(value.map((item) => numberKind(item) ?? typeof item));
    if (kinds.size > 1 || kinds.has('object')) return 'the store has lists of one scalar type only';
  }
  return value.map((item) => metadataProblem(item, facts, level + 1)).find((problem) => problem !== undefined);
}
