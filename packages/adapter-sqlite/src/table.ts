import type { FieldReading, Metric, TableManifest } from '@vsm/core/adapter';
import type { Column, VectorIndex } from './catalog.ts';
import type { KeyPart } from './key.ts';
import type { VectorForm } from './vectors.ts';

export interface VectorColumn {
  /** `''` is the unnamed vector. */
  readonly name: string;
  readonly column: string;
  readonly form: VectorForm;
  /** Unknown where the column does not say it. */
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  /** Whether every row must have it. */
  readonly required: boolean;
}

/** How VSM understands a table: which column is what. */
export interface Table {
  readonly name: string;
  readonly kind: 'plain' | 'vec0';
  /** What rows are read from; the row itself is `t`. */
  readonly from: string;
  /** What keys are read from, where no other column is wanted. */
  readonly keyFrom: string;
  readonly id: readonly KeyPart[];
  /** The order in which rows are read: unique, and never null. */
  readonly key: readonly KeyPart[];
  /** Columns by which a row is replaced; `undefined` where nothing can be written. */
  readonly conflict: readonly string[] | undefined;
  readonly vectors: readonly VectorColumn[];
  readonly namespace: Column | undefined;
  readonly document: Column | undefined;
  readonly uri: Column | undefined;
  readonly metadata: Column | undefined;
  /** Columns that are metadata of their own. */
  readonly fields: readonly Column[];
  readonly indexes: readonly VectorIndex[];
  readonly manifest: TableManifest | undefined;
  /** Of tables that others made. */
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided?: readonly string[] | undefined;
  readonly notes: readonly string[];
}

/** As a comment in the statement of the table, which SQLite keeps with it. */
export function printManifest(manifest: TableManifest): string {
  return `/* vsm:${JSON.stringify(manifest).replaceAll('*/', String.raw`*\/`)} */`;
}

export function readManifest(sql: string): TableManifest | undefined {
  const [, text] = /\/\* vsm:(\{"vsm":1.*\}) \*\//s.exec(sql) ?? [];
  try {
    return text === undefined ? undefined : (JSON.parse(text) as TableManifest);
  } catch {
    return undefined;
  }
}
