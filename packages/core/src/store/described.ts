import type { CollectionDescription, MetadataIndex } from '../spec/v1.ts';

type Remarks = Pick<CollectionDescription, 'undecided' | 'notes' | 'aliases'>;

/** The parts of a description that hold something: an empty list is left out. */
export function remarks(lists: Remarks): Remarks {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined && list.length > 0));
}

/** By the type of a field: the index that it is searched with, of the types that every store has. */
export const PLAIN_INDEX_TYPES: Readonly<Record<string, MetadataIndex['type']>> = {
  string: 'keyword',
  integer: 'integer',
  float: 'float',
  boolean: 'boolean',
};
