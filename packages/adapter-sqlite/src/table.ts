import type { FieldType, JsonObject, MetadataIndex, Metric } from '@vsm/core/adapter';
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
  readonly manifest: Manifest | undefined;
  readonly notes: readonly string[];
}

/** What VSM writes as a comment into the statement of a table that it makes, which SQLite keeps with it. */
export interface Manifest {
  readonly vsm: 1;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly namespaces?: boolean | undefined;
  readonly ids?: 'int64' | undefined;
  readonly fields?: Readonly<Record<string, FieldType>> | undefined;
  readonly indexes?: readonly MetadataIndex[] | undefined;
  readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}

export function printManifest(manifest: Manifest): string {
  return `/* vsm:${JSON.stringify(manifest).replaceAll('*/', String.raw`*\/`)} */`;
}

export function readManifest(sql: string): Manifest | undefined {
  const [, text] = /\/\* vsm:(\{"vsm":1.*\}) \*\//s.exec(sql) ?? [];
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Manifest);
  } catch {
    return undefined;
  }
}
