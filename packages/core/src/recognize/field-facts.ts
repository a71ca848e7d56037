import { isPlainVectorName, isVectorName } from './field-names.ts';

/** A list of fewer numbers is a position, a colour, a range. */
const LEAST_COMPONENTS = 8;

/** What an adapter knows of one field. */
export interface FieldFacts {
  readonly field: string;
  /** What the store itself says it is: a primary key, a vector type. */
  readonly declared?: 'id' | 'vector' | 'document' | 'uri' | 'namespace' | 'metadata' | undefined;
  /** What its values are: `numbers` for lists of them, `text` for strings, `ids` for whatever can be an id as well. */
  readonly shape: 'numbers' | 'sparse' | 'multi' | 'text' | 'integer' | 'uuid' | 'object' | 'other';
  /** The type in the words of the store: `fixed-size list of 384 float16`. */
  readonly type: string;
  /** Of lists: how long they are. `undefined` where nothing was seen. */
  readonly lengths?: { readonly least: number; readonly most: number } | undefined;
  /** Of lists: whether all numbers are whole, so that they may be token ids or counts. */
  readonly whole?: boolean | undefined;
  /** Of lists: whether the type fixes their length, as types of vectors do. */
  readonly fixed?: boolean | undefined;
  /** Rows of the sample, and those in which it has a value. */
  readonly sampled: number;
  readonly present: number;
  /** Rows of the sample whose value has another shape; any makes a guess a contradiction. */
  readonly otherShapes?: number | undefined;
  /** Of vectors: the name that the data gives it, where that is not the field's own. */
  readonly vectorName?: string | undefined;
  /** Of objects: the keys that were seen in them. */
  readonly entries?: ReadonlySet<string> | undefined;
  /** Of objects: somebody knows that they hold the metadata, whatever they are called. */
  readonly container?: boolean | undefined;
}

export function fitsRole(
  role: 'id' | 'document' | 'uri' | 'namespace',
  { shape, otherShapes = 0 }: FieldFacts,
): boolean {
  if (role === 'id') return shape === 'text' || shape === 'integer' || shape === 'uuid' || shape === 'other';
  return shape === 'text' && otherShapes === 0;
}

/** By its shape alone a list is no vector: its name or its type has to say so. */
export function looksLikeVector({ field, shape, lengths, whole, fixed }: FieldFacts): boolean {
  const says = isVectorName(field);
  if (shape === 'sparse') return says || /sparse/i.test(field);
  if (shape !== 'numbers' && shape !== 'multi') return false;
  if (lengths === undefined || lengths.most === 0) return false;
  if (isPlainVectorName(field)) return true;
  return lengths.most >= LEAST_COMPONENTS && (says || (fixed === true && whole !== true));
}

export function isList({ shape }: FieldFacts): boolean {
  return shape === 'numbers' || shape === 'multi' || shape === 'sparse';
}

export function contradiction({ shape, lengths, otherShapes = 0, sampled }: FieldFacts): string | undefined {
  if (otherShapes > 0) return `${otherShapes} of ${sampled} sampled rows hold something else there`;
  if (shape === 'numbers' && lengths !== undefined && lengths.least !== lengths.most) {
    return `its lists have from ${lengths.least} to ${lengths.most} numbers`;
  }
  return undefined;
}

export function evidenceOf({ type, lengths, sampled, present, declared }: FieldFacts): string {
  const length =
    lengths === undefined
      ? ''
      : lengths.least === lengths.most
        ? ` of ${lengths.least}`
        : ` of ${lengths.least} to ${lengths.most}`;
  const says = declared === undefined ? '' : `, which the store declares as its ${declared}`;
  return sampled === 0 ? `${type}${length}${says}` : `${type}${length} in ${present} of ${sampled} sampled rows${says}`;
}
