/** An identifier as SQL text, whatever it contains. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal, for the statements that take no parameters (`COMMENT ON`, `CREATE INDEX`). */
export function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Longer names are cut by Postgres with no more than a notice. */
export const MAX_IDENTIFIER_BYTES = 63;

/** Several values in the binary form of an array. Drivers that know neither of the two types send it as it is. */
export interface BinaryArray {
  /** Type of the array, by which PGlite picks how to send it. */
  readonly arrayOid: number;
  readonly bytes: Buffer;
}

export type Parameter = string | number | boolean | null | readonly (string | null)[] | BinaryArray;

export function isBinary(value: Parameter): value is BinaryArray {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

/** The values of one statement: they never become part of its text. */
export class Parameters {
  readonly values: Parameter[] = [];
  /** @returns the placeholder. */
  add(value: Parameter): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')}`;
}

/** A value as text in a select list, whatever its type. */
export type AsText = (expression: string) => string;

export const plainText: AsText = (expression) => `${expression}::text`;

/** For drivers that take away the byte order mark that a text begins with: it has one more. */
export const marked: AsText = (expression) => `chr(65279) || ${expression}::text`;
