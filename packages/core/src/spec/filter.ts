// Which records are meant: by what they hold, or as the part of a collection that somebody works on.
import type { JsonObject } from './json-value.ts';
import type { MetadataValue } from './record.ts';

export const FILTER_OPERATORS = [
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'exists',
  'null',
  'contains',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export type FilterValue = Exclude<
  MetadataValue,
  null | readonly MetadataValue[] | { readonly [key: string]: MetadataValue }
>;

/** `path` is dotted; meaning in docs/filters.md. `eq` on an array asks whether one element is equal. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly path: string; readonly value: FilterValue }
  | { readonly op: 'in' | 'nin'; readonly path: string; readonly values: readonly FilterValue[] }
  | { readonly op: 'exists' | 'null'; readonly path: string; readonly value: boolean }
  | { readonly op: 'contains'; readonly path: string; readonly value: string };

/** A part of a collection that several share: the records of which one metadata field has one value. */
export interface Scope {
  /** Of the field, dotted as in a filter. */
  readonly path: string;
  /** Absent: every record stays in the part that it says itself. */
  readonly value?: string | undefined;
  /** What people call it, where the store keeps a name for the value. */
  readonly name?: string | undefined;
  /** What is kept with the name. */
  readonly metadata?: JsonObject | undefined;
}

export interface CountedScope extends Scope {
  readonly value: string;
  readonly count: number;
}
