export type SqlValue = null | bigint | number | string | Uint8Array;

/** A row by the names of its columns. Integers are always `bigint`, so that a `number` is a REAL. */
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** What the two engines have in common. */
export interface Client {
  readonly engine: 'sqlite' | 'libsql';
  /** Asking does not create a file; writing does. */
  exists(): boolean;
  /** Whether the functions of sqlite-vec can be called, `vec0` tables among them. */
  hasVec(): Promise<boolean>;
  /** `what` names the attempt in errors. */
  read(what: string, sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs all of them or, if one fails, none. */
  write(what: string, statements: readonly Statement[]): Promise<void>;
  close(): Promise<void>;
}

/** Parameters of one statement; both engines are built with a limit of 32,766. */
export const MOST_PARAMETERS = 30_000;

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `?, ?, ?` */
export function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** How a column is selected. libSQL's client cuts a text at U+0000, though the file holds it whole: such a text travels as bytes. */
export function selected(expression: string, affinity: string, { engine }: Pick<Client, 'engine'>): string {
  if (engine === 'sqlite' || affinity !== 'TEXT') return expression;
  return `CASE WHEN instr(${expression}, char(0)) > 0 THEN CAST(${expression} AS BLOB) ELSE ${expression} END`;
}

/** The value of a column that was selected so. Bytes in a column of text are taken for text, unless they are none. */
export function textOf(value: SqlValue, affinity: string): SqlValue {
  if (affinity !== 'TEXT' || !(value instanceof Uint8Array)) return value;
  try {
    return decoder.decode(value);
  } catch {
    return value;
  }
}
