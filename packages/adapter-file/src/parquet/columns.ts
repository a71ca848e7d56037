import type { SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';

/** Whether a column is a list of numbers of any width, as it is declared. */
export function numberList(node: SchemaTree): SchemaTree | undefined {
  const leaf = listItem([node])?.at(-1);
  return leaf !== undefined && leaf.children.length === 0 && isNumber(leaf) ? leaf : undefined;
}

function isNumber({ element }: SchemaTree): boolean {
  const { type, logical_type: logical, converted_type: converted } = element;
  if (type === 'FLOAT' || type === 'DOUBLE' || logical?.type === 'FLOAT16') return true;
  if (type !== 'INT32' && type !== 'INT64') return false;
  return logical === undefined ? converted === undefined || /^U?INT_/.test(converted) : logical.type === 'INTEGER';
}

/** In which numbers a list of them is kept; `undefined` for float32, and for integers that it holds. */
export function datatypeOf({ element }: SchemaTree): 'float64' | 'float16' | 'int8' | 'uint8' | undefined {
  const { type, logical_type: logical, converted_type: converted } = element;
  if (type === 'DOUBLE' || type === 'INT64') return 'float64';
  if (logical?.type === 'FLOAT16') return 'float16';
  if (type !== 'INT32') return undefined;
  if (converted === 'INT_8' || converted === 'UINT_8') return converted === 'INT_8' ? 'int8' : 'uint8';
  if (logical?.type === 'INTEGER' && logical.bitWidth <= 16) {
    return logical.bitWidth === 8 ? (logical.isSigned ? 'int8' : 'uint8') : undefined;
  }
  return converted === 'INT_16' || converted === 'UINT_16' ? undefined : 'float64';
}

/** The type of a column in a few words. */
export function typeText(node: SchemaTree): string {
  const { element, children } = node;
  if (children.length === 0) {
    const { type, logical_type: logical, converted_type: converted } = element;
    const named = (logical?.type === 'INTEGER' ? undefined : logical?.type) ?? converted ?? type ?? '';
    const leaf = named === 'UTF8' || named === 'STRING' ? 'text' : named.toLowerCase();
    return element.repetition_type === 'REPEATED' ? `list of ${leaf}` : leaf;
  }
  if (element.logical_type?.type === 'VARIANT') return 'variant';
  const list = listItem([node]);
  if (list !== undefined) return `list of ${typeText(list.at(-1) as SchemaTree)}`;
  if (isMapLike(node)) return 'map';
  return `struct of ${children.map((child) => child.element.name).join(', ')}`;
}

/** The leaf of a list of floats, with the nodes that lead to it; `undefined` for a column of another shape. */
export function floatList(path: readonly SchemaTree[]): readonly SchemaTree[] | undefined {
  const list = listItem(path);
  const leaf = list?.at(-1);
  return leaf !== undefined && isFloat(leaf) ? list : undefined;
}

/** Whether a column can hold a sparse vector, or one of many rows. */
export function otherVector(path: readonly SchemaTree[]): 'sparse' | 'multi' | undefined {
  const node = path.at(-1) as SchemaTree;
  const rows = listItem(path);
  if (rows !== undefined && floatList(rows) !== undefined) return 'multi';
  const indices = node.children.find(({ element }) => element.name === 'indices');
  const values = node.children.find(({ element }) => element.name === 'values');
  if (node.children.length !== 2 || indices === undefined || values === undefined) return undefined;
  const index = listItem([indices])?.at(-1)?.element.type;
  return (index === 'INT32' || index === 'INT64') && floatList([values]) !== undefined ? 'sparse' : undefined;
}

function listItem(path: readonly SchemaTree[]): readonly SchemaTree[] | undefined {
  const node = path.at(-1) as SchemaTree;
  if (node.children.length === 0) return node.element.repetition_type === 'REPEATED' ? path : undefined;
  if (!isListLike(node)) return undefined;
  const repeated = node.children[0] as SchemaTree;
  const [item] = repeated.children;
  // Old writers repeat the item itself, newer ones a group that holds it.
  return item === undefined ? [...path, repeated] : [...path, repeated, item];
}

function isFloat({ element, children }: SchemaTree): boolean {
  return children.length === 0 && (element.type === 'FLOAT' || element.type === 'DOUBLE');
}
