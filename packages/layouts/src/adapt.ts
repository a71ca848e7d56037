import type { LayoutPlan } from '@vsm/core';
import { decodeDocument } from './codec.ts';
import { filterFields } from './making.ts';
import type { StoredRecord } from './stored-record.ts';
import type { Form, FrameworkTable } from './form.ts';
import { tableFor } from './tables.ts';
import {
  own,
  type CollectionSchema,
  type JsonObject,
  type MetadataIndex,
  type VectorSchema,
  setOwn,
} from '@vsm/core/adapter';
import { hasPlaceForScope, takesNamespaces, takesSparse, type LayoutSides } from './sides.ts';

/** What changed records look like, and what the framework will say of the target. */
export function adaptSchema(
  source: CollectionSchema,
  sides: LayoutSides,
  sample: readonly StoredRecord[] = [],
): LayoutPlan {
  const { from, to, target } = sides;
  const primary = primaryVector(source, from);
  const sparse = Object.entries(source.vectors).filter(([, { kind }]) => kind === 'sparse');
  const vectorNames = namesOf(primary, sparse, sides);
  const table = tableFor(source, sides, sample);
  const renamed = Object.entries(vectorNames).some(([name, wanted]) => name !== wanted);
  return {
    schema: {
      name: source.name,
      vectors: Object.fromEntries(
        Object.entries(source.vectors)
          .filter(([, { kind }]) => kind !== 'sparse' || takesSparse(to))
          .map(([name, vector]) => [name, resized(vector, sides)]),
      ),
      ids: idsOf(source, sides),
      namespaces: source.namespaces,
      indexes: [...(to.indexes ?? []), ...movedIndexes(source, from, to)],
      native: nativeOf(source, sides, renamed, own(source.vectors, primary ?? ''), sample, table?.table),
    },
    vectorNames,
    ...(to.vectorBesideSparse !== undefined && { sameVectors: [[to.vector, to.vectorBesideSparse]] }),
    namespaces: takesNamespaces(target, to) ? namespacesAfter(sides) : false,
    losses: [
      ...(from.nodes !== undefined && to.drops?.node !== undefined ? [to.drops.node] : []),
      ...sparseLosses(sparse, sides),
    ],
    notes: [
      ...notesOf(source, primary, sparse.length > 0, sides),
      ...(table?.notes ?? []),
      ...blobNotes(sample, sides),
    ],
  };
}

/** The vector that the framework searches: the one it names, else the unnamed one, else the first. */
export function primaryVector(
  source: CollectionSchema,
  { vector, vectorBesideSparse, table }: Form,
): string | undefined {
  const dense = Object.keys(source.vectors).filter((name) => source.vectors[name]?.kind === 'dense');
  return (
    [vector, vectorBesideSparse, '', table?.vector.column].find((name) => name !== undefined && dense.includes(name)) ??
    dense[0]
  );
}

function namesOf(
  primary: string | undefined,
  sparse: readonly [string, VectorSchema][],
  { from, to }: LayoutSides,
): Record<string, string> {
  const names: Record<string, string> = {};
  if (primary !== undefined)
    setOwn(names, primary, sparse.length > 0 ? (to.vectorBesideSparse ?? to.vector) : to.vector);
  const [only] = sparse.find(([name]) => name === from.sparse) ?? (sparse.length === 1 ? (sparse[0] ?? []) : []);
  if (only !== undefined && to.sparse !== undefined) setOwn(names, only, to.sparse);
  return names;
}

function resized(vector: VectorSchema, { from, to, dimension }: LayoutSides): VectorSchema {
  if (vector.kind !== 'dense') return vector;
  const cut = from.padTo === undefined ? undefined : dimension;
  const size = to.padTo ?? cut;
  return size === undefined ? vector : { ...vector, dimension: size };
}

function idsOf(source: CollectionSchema, { from, to }: LayoutSides): CollectionSchema['ids'] {
  if (to.id !== undefined && to.id.kind !== 'same') return to.id.kind;
  return from.id === undefined ? source.ids : undefined;
}

function namespacesAfter(sides: LayoutSides): boolean | undefined {
  const { from, to, given } = sides;
  if (to.namespace !== undefined || given.namespace !== undefined) return true;
  if (hasPlaceForScope(sides)) return false;
  return from.scope === undefined ? undefined : true;
}

/** Indexes on metadata, under the path that the field has in the target. */
function movedIndexes({ indexes = [] }: CollectionSchema, from: Form, to: Form): MetadataIndex[] {
  const taken = new Set((to.indexes ?? []).map(({ path }) => path));
  const [before, after] = [from, to].map(({ metadata }) => (metadata === 'root' ? '' : `${metadata.field}.`));
  return indexes.flatMap((index) => {
    if (before === undefined || !index.path.startsWith(before)) return [];
    const path = `${after ?? ''}${index.path.slice(before.length)}`;
    return taken.has(path) ? [] : [{ ...index, path }];
  });
}

function nativeOf(
  source: CollectionSchema,
  { source: from, target, from: fromForm, to, sameFramework }: LayoutSides,
  renamed: boolean,
  primary: VectorSchema | undefined,
  sample: readonly StoredRecord[],
  table: FrameworkTable | undefined,
): CollectionSchema['native'] {
  const { [from.adapter]: ownSettings, ...others } = source.native ?? {};
  // Settings of a store are by vector; under other names they would be for none.
  const kept =
    ownSettings === undefined || (renamed && from.adapter === target.adapter) ? {} : { [from.adapter]: ownSettings };
  const native: Record<string, JsonObject> = { ...others, ...kept };
  if (table !== undefined) {
    native['pgvector'] = { ...native['pgvector'], table: JSON.parse(JSON.stringify(table)) as JsonObject };
  }
  if (to.making !== undefined) {
    const made = to.making({ vector: primary, fields: filterFields(sample, fromForm) });
    // One of its own that is there already says more than what is usual; the fields of another framework's are not its own.
    const present = native[target.adapter] ?? {};
    const { fields: _fields, mappings: _mappings, ...settings } = present;
    native[target.adapter] = sameFramework ? { ...made, ...present } : { ...settings, ...made };
  }
  return Object.keys(native).length === 0 ? undefined : native;
}

function sparseLosses(sparse: readonly [string, VectorSchema][], { to, title }: LayoutSides): string[] {
  if (sparse.length === 0 || takesSparse(to)) return [];
  const names = sparse.map(([name]) => `"${name}"`).join(', ');
  return [`a table of ${title} has one dense vector, so that the sparse vector ${names} stays behind`];
}

function notesOf(
  source: CollectionSchema,
  primary: string | undefined,
  hasSparse: boolean,
  sides: LayoutSides,
): string[] {
  const { from, to, title, target } = sides;
  const vector = primary === undefined ? undefined : own(source.vectors, primary);
  const metric = vector?.kind === 'dense' ? vector.metric : undefined;
  const notes: string[] = [];
  if (metric !== undefined && to.metric !== undefined && metric !== to.metric) {
    notes.push(
      `${title} compares by ${to.metric} in ${target.adapter} unless it is told otherwise, and this collection by ${metric}: tell it, or choose ${to.metric} with the metric option`,
    );
  }
  if (to.sparse === undefined && takesSparse(to) && hasSparse) {
    notes.push(`${title} uses no sparse vectors in ${target.adapter}; they go along where the store takes them`);
  }
  const notMade = to.notMade?.({ sparse: hasSparse });
  if (notMade !== undefined) notes.push(notMade);
  if (from.padTo !== undefined && sides.dimension === undefined && to.padTo === undefined) {
    notes.push(
      "vectors may be filled up with zeros to the table's length; dimension=… in the source's layout cuts that off",
    );
  }
  if (hasPlaceForScope(sides) && sides.given.scope === undefined && sides.fallback !== undefined) {
    notes.push(
      `records without a scope of their own get "${to.scope?.field}" = "${to.scope?.prefix ?? ''}${sides.fallback}"`,
    );
  }
  const { name = '', metadata = {} } = sides.scopes.source ?? {};
  if (to.scope?.named !== true && Object.keys(metadata).length > 0) {
    const keys = Object.keys(metadata).map((key) => `"${key}"`);
    notes.push(
      `what is kept with the name of "${name}" itself stays behind (${keys.join(', ')}): records alone are moved`,
    );
  }
  return notes;
}

/** A blob of a document is kept beside it where the store has no place for it, out of the framework's sight. */
function blobNotes(sample: readonly StoredRecord[], { from, to, title, target }: LayoutSides): string[] {
  if (from.extras?.rewrite === undefined || to.extras?.rewrite !== undefined) return [];
  const count = sample.filter((record) => decodeDocument(record, from).extra?.['blob'] !== undefined).length;
  if (count === 0) return [];
  return [
    `${count} of ${sample.length} sampled records have a blob, for which ${title} has no place in ${target.adapter}: it is kept aside, and comes back with them`,
  ];
}
