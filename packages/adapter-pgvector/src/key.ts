import { own, parseTexts, VsmError } from '@vsm/core/adapter';
import type { Column } from './column.ts';
import { identifier, type AsText, type Parameters } from './sql.ts';

/** One part of what tells rows apart: a column, or where there is no key, the place of a row. */
export interface KeyPart {
  /** SQL, as the key's index has it. */
  readonly expression: string;
  /** What a value given as text is cast to. */
  readonly type: string;
  /** Absent for what is not a column. */
  readonly column?: Column | undefined;
}

export function columnKey(column: Column): KeyPart {
  return { expression: identifier(column.name), type: column.base, column };
}

/** The select list entries that give a key as texts, whatever its types. */
export function keyTexts(parts: readonly KeyPart[], alias: string, asText: AsText): string[] {
  return parts.map(({ expression }, index) => `${asText(expression)} AS ${alias}${index}`);
}

/** The id of a record: a key of several columns becomes a JSON list of texts. */
export function idOf(texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : JSON.stringify(texts);
}

/** The texts of each part, `undefined` where this cannot be the id of a row. */
export function splitId(id: string, parts: readonly KeyPart[]): readonly string[] | undefined {
  const texts = parts.length === 1 ? [id] : parseTexts(id, parts.length);
  return texts?.every((text, index) => canHold(parts[index], text)) === true ? texts : undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INTEGER_BITS: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n };
const TEXT_TYPES: readonly string[] = ['text', 'character varying'];

/** Whether the type holds exactly this text. Other spellings of a uuid or number would come back changed. */
function canHold(part: KeyPart | undefined, text: string): boolean {
  if (part === undefined) return false;
  if (part.type === 'uuid') return UUID.test(text);
  const bits = own(INTEGER_BITS, part.type);
  if (bits === undefined) return true;
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return false;
  const value = BigInt(text);
  return value >= -(2n ** bits) && value < 2n ** bits;
}

/** Why a new row cannot have this id; `undefined` where nothing speaks against it. */
export function idProblem(id: string, parts: readonly KeyPart[]): string | undefined {
  const odd = parts.find(
    ({ type }) => type !== 'uuid' && !TEXT_TYPES.includes(type) && own(INTEGER_BITS, type) === undefined,
  );
  if (odd !== undefined) return `ids of type ${odd.type} can be read, but not written`;
  if (splitId(id, parts) !== undefined) return undefined;
  const types = parts.map(({ type }) => type).join(', ');
  return parts.length === 1
    ? `the id column is of type ${types}, which does not hold it as it is`
    : `the key has ${parts.length} columns (${types}), so an id must be a JSON list of that many texts that fit`;
}

/** `(a, b) > ($1, $2)`, by the collation of the columns, as their index has it. */
export function compareKey(
  parts: readonly KeyPart[],
  operator: '>' | '>=' | '<',
  texts: readonly string[],
  parameters: Parameters,
): string {
  const left = parts.map(({ expression }) => expression);
  const right = parts.map(({ type }, index) => `${parameters.add(texts[index] ?? '')}::text::${type}`);
  return `(${left.join(', ')}) ${operator} (${right.join(', ')})`;
}

/** A condition on ids; those that no row can have are left out. */
export function idIsOneOf(ids: readonly string[], parts: readonly KeyPart[], parameters: Parameters): string {
  const rows = ids.map((id) => splitId(id, parts)).filter((texts) => texts !== undefined);
  const columns = parts.map((_, index) => `${parameters.add(rows.map((texts) => texts[index] ?? ''))}::text[]`);
  // Types whose spelling we do not know are compared as text, without their index.
  const known = parts.map(
    ({ type }) => type === 'uuid' || own(INTEGER_BITS, type) !== undefined || TEXT_TYPES.includes(type),
  );
  const left = parts.map(({ expression }, index) => (known[index] === true ? expression : `${expression}::text`));
  const right = parts.map(({ type }, index) => (known[index] === true ? type : 'text'));
  const [column] = columns;
  if (columns.length === 1) return `${left[0]} = ANY (${column}::${right[0]}[])`;
  const names = parts.map((_, index) => `p${index}`);
  return (
    `(${left.join(', ')}) IN (SELECT ${names.map((name, index) => `${name}::${right[index]}`).join(', ')} ` +
    `FROM unnest(${columns.join(', ')}) AS t(${names.join(', ')}))`
  );
}

/** @throws VsmError with code `INVALID_CURSOR` */
export function parseCursor(cursor: string, parts: readonly KeyPart[]): readonly string[] {
  const texts = parseTexts(cursor, parts.length);
  if (texts?.every((text, index) => canHold(parts[index], text)) === true) return texts;
  throw new VsmError('INVALID_CURSOR', `pgvector: the cursor "${cursor}" is not of a scan of this table`, {
    adapter: 'pgvector',
  });
}
