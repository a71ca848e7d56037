import type { Metric } from '@vsm/core/adapter';
import type { VectorForm } from './vectors.ts';

/** What a `vec0` table was declared with. Nothing but the text of its statement says it. */
export interface Vec0Declaration {
  readonly key: { readonly column: string; readonly type: 'text' | 'integer' } | undefined;
  readonly vectors: readonly {
    readonly column: string;
    readonly form: VectorForm;
    readonly dimension: number;
    readonly metric: Metric;
  }[];
  /** Metadata, partition keys and auxiliary (`+`) columns, in the order of the table. */
  readonly columns: readonly { readonly column: string; readonly type: string; readonly auxiliary: boolean }[];
}

const METRICS: Readonly<Record<string, Metric>> = {
  cosine: 'cosine',
  l2: 'euclidean',
  euclidean: 'euclidean',
  l1: 'manhattan',
  manhattan: 'manhattan',
};
const FORMS: Readonly<Record<string, VectorForm>> = {
  float: 'f32',
  f32: 'f32',
  int8: 'int8',
  i8: 'int8',
  bit: 'bit',
};

export function isVec0(sql: string): boolean {
  return /^\s*create\s+virtual\s+table\b[\s\S]*?\busing\s+vec0\s*\(/i.test(sql);
}

export function parseVec0(sql: string): Vec0Declaration {
  const [, body = ''] = /\busing\s+vec0\s*\(([\s\S]*)\)/i.exec(sql) ?? [];
  const parts = body
    .replaceAll(/--[^\n]*/g, '')
    .split(',')
    .map((part) => part.trim());
  let key: Vec0Declaration['key'];
  const vectors: Vec0Declaration['vectors'][number][] = [];
  const columns: Vec0Declaration['columns'][number][] = [];
  for (const part of parts) {
    const [, column = '', word = '', length] = /^(\w+)\s+(float|f32|int8|i8|bit)\s*\[\s*(\d+)\s*\]/i.exec(part) ?? [];
    const form = FORMS[word.toLowerCase()];
    if (form !== undefined) {
      const [, metric = 'l2'] = /distance_metric\s*=\s*(\w+)/i.exec(part) ?? [];
      const known = form === 'bit' ? 'hamming' : METRICS[metric.toLowerCase()];
      vectors.push({ column, form, dimension: Number(length), metric: known ?? 'euclidean' });
      continue;
    }
    const [, keyColumn, keyType = ''] = /^(\w+)\s+(\w+)\s+primary\s+key$/i.exec(part) ?? [];
    if (keyColumn !== undefined) {
      key = { column: keyColumn, type: keyType.toLowerCase() === 'text' ? 'text' : 'integer' };
      continue;
    }
    const [, plus = '', name, type] = /^(\+?)\s*(\w+)\s+(\w+)/.exec(part) ?? [];
    if (name !== undefined && type !== undefined) columns.push({ column: name, type, auxiliary: plus === '+' });
  }
  return { key, vectors, columns };
}

const WORDS: Readonly<Partial<Record<Metric, string>>> = { cosine: 'cosine', euclidean: 'l2', manhattan: 'l1' };

/** `float[384] distance_metric=cosine`; bits are always compared by Hamming. */
export function vec0Vector(type: 'float' | 'int8' | 'bit', dimension: number, metric: Metric | undefined): string {
  if (type === 'bit') return `bit[${dimension}]`;
  const word = metric === undefined ? undefined : WORDS[metric];
  return `${type}[${dimension}]${word === undefined ? '' : ` distance_metric=${word}`}`;
}
