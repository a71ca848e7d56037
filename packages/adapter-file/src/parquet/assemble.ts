import type { SchemaTree } from 'hyparquet';
import { isListLike } from 'hyparquet/src/schema.js';

/**
 * The values of a column of any shape, from those of its leaves: lists, and objects of which every member is their own, whatever its name.
 * A map stays the list of its entries. Not by the library, which has one entry of a map stand for others with its key.
 */
export function assemble(
  node: SchemaTree,
  leaves: ReadonlyMap<SchemaTree, ArrayLike<unknown>>,
  depth = 0,
): ArrayLike<unknown> {
  const leaf = leaves.get(node);
  if (leaf !== undefined) return leaf;
  const isOptional = node.element.repetition_type === 'OPTIONAL';
  const below = node.element.repetition_type === 'REQUIRED' ? depth : depth + 1;
  const found = isListLike(node)
    ? items(node.children[0] as SchemaTree, leaves, isOptional ? depth + 1 : depth)
    : structs(
        node.children.map((child) => [child.element.name, assemble(child, leaves, below)]),
        below,
      );
  return isOptional ? unwrapped(found, depth) : found;
}

function items(
  repeated: SchemaTree,
  leaves: ReadonlyMap<SchemaTree, ArrayLike<unknown>>,
  depth: number,
): ArrayLike<unknown> {
  const [only] = repeated.children;
  return only === undefined ? assemble(repeated, leaves, depth) : assemble(only, leaves, depth + 1);
}

type Members = readonly (readonly [name: string, values: ArrayLike<unknown>])[];

/** From values by member to members by value, as deep as the lists around them go. */
function structs(members: Members, depth: number): unknown[] {
  const length = members[0]?.[1].length ?? 0;
  if (members.some(([, values]) => values.length !== length))
    throw new Error('the members of a group differ in number');
  return Array.from({ length }, (_, at) => {
    if (depth > 0) {
      return structs(
        members.map(([name, values]) => [name, values[at] as ArrayLike<unknown>]),
        depth - 1,
      );
    }
    return Object.fromEntries(members.map(([name, values]) => [name, values[at]]));
  });
}

/** What may be null was read as a list of one or none. */
function unwrapped(values: ArrayLike<unknown>, depth: number): unknown[] {
  return Array.from(values, (value) => {
    const list = value as ArrayLike<unknown>;
    return depth > 0 ? unwrapped(list, depth - 1) : list[0];
  });
}
