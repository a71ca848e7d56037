import type { SchemaTree } from 'hyparquet';
import { isListLike } from 'hyparquet/src/schema.js';

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
