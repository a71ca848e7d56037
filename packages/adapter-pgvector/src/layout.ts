import type { FieldReading } from '@vsm/core/adapter';
import type { ChosenKey } from './choose-key.ts';
import type { Column } from './column.ts';
import type { Latest } from './facts.ts';

/** How VSM understands a table: which column is what. */
export interface TableLayout extends ChosenKey {
  readonly namespace: Column | undefined;
  /** Which rows are older versions of others, where somebody says so. */
  readonly latest?: Latest | undefined;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, Column>>;
  /** Where the zeros of sparse vectors are kept that Postgres drops. Only in tables that VSM made. */
  readonly zeros: Column | undefined;
  readonly document: Column | undefined;
  readonly uri: Column | undefined;
  readonly metadata: Column | undefined;
  /** Columns that are metadata fields of their own. */
  readonly fields: readonly Column[];
  /** What the database makes of other columns itself. */
  readonly computed: readonly Column[];
  /** `tsvector` columns that whoever writes fills from the document. Without a language, a text search configuration of Postgres, they get nothing. */
  readonly searchVectors?: readonly { readonly column: Column; readonly language: string | undefined }[] | undefined;
  /** Columns that must have a value, get none from the database, and hold nothing that a record has: no row can be added. */
  readonly unfilled: readonly Column[];
  /** Of tables that others made. */
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided?: readonly string[] | undefined;
}
