import { ValidationError, type RecordLayout, type RefusedRecord } from '@vsm/core';
import { isDense, isSparse, type DenseVector, type StoreFacts, type VectorRecord } from '@vsm/core/adapter';
import { adaptSchema } from './adapt.ts';
import { formOf, parseLayout, parseLayouts, printLayout } from './choice.ts';
import { decodeDocument, encodeDocument } from './codec.ts';
import type { StoredRecord } from './stored-record.ts';
import type { AppDocument } from './document.ts';
import type { Form } from './form.ts';
import { contradictions } from './doubt.ts';
import { columnsFor } from './opening.ts';
import { fold, textPlace, unfold } from './payload.ts';
import { ALL_SCOPES, saidScopes } from './scopes.ts';
import {
  hasPlaceForScope,
  partsOf,
  scopeFields,
  scopesSaid,
  takesNamespaces,
  takesSparse,
  type LayoutScopes,
  type LayoutSides,
} from './sides.ts';

export interface LayoutRequest {
  /** The layout of the source, such as `langchain-js`, or `langchain-js:text_key=body` with options. */
  readonly from: string;
  /** The layout that the target is to have. @default the one of the source, in its usual form */
  readonly to?: string | undefined;
  readonly source: StoreFacts;
  readonly target: StoreFacts;
  /** Some frameworks say in it whose records a collection holds. */
  readonly sourceCollection: string;
  /** Those of the migration, where it moves only some. */
  readonly namespaces?: readonly string[] | undefined;
  /** What `resolveScopes` found. @default what the option `scope` says, as it is in the store */
  readonly scopes?: LayoutScopes | undefined;
}

/**
 * A step for `migrate`, `plan`, `verify` and `resume` of `@vsm/core`, that turns the records of a framework in one store into
 * what it expects in another.
 * @throws ValidationError for an unknown layout or option, or a store in which the framework's form is not known
 */
export function createLayout(request: LayoutRequest): RecordLayout {
  const { from, to } = parseLayouts(request);
  const [sourceForm, targetForm] = [formOf(from, request.source.adapter), formOf(to, request.target.adapter)];
  if (targetForm.form.sourceOnly === true) {
    throw new ValidationError(
      `What ${to.framework.title} makes in ${targetForm.store}, VSM does not make, so it can move from there, and not there. Without a layout, the records go as they are.`,
    );
  }
  const [only, ...more] = request.namespaces ?? [];
  const scopes = request.scopes ?? saidScopes(from, to);
  const selected = scopes.source?.value ?? (more.length === 0 && only !== '' ? only : undefined);
  const { dimension } = from.options;
  const sides: LayoutSides = {
    from: sourceForm.form,
    to: targetForm.form,
    title: to.framework.title,
    sameFramework: from.framework === to.framework,
    source: request.source,
    target: request.target,
    scopes,
    wholeTarget: to.options['scope'] === ALL_SCOPES,
    selected,
    fallback: scopes.source?.value ?? from.framework.scopeOfName?.(request.sourceCollection),
    given: { scope: scopes.target?.value, namespace: to.options['namespace'] || undefined },
    dimension: dimension === undefined ? undefined : Number(dimension),
  };
  const sourcePlace = textPlace(sourceForm.store, request.source.capabilities);
  const targetPlace = textPlace(targetForm.store, request.target.capabilities);
  return {
    description: {
      from: printLayout(from),
      to: printLayout(to),
      namespaces: movesNamespaces(sides) ? 'changed' : 'kept',
      options: {
        source: sourceForm.store,
        target: targetForm.store,
        ...(selected !== undefined && { selected }),
        ...(scopes.target !== undefined && { into: scopes.target.value }),
        ...(sides.fallback !== undefined && { scope: sides.fallback }),
      },
    },
    scopes: partsOf(sides),
    opening: {
      source: columnsFor(sourceForm.form, from.options, 'source'),
      target: columnsFor(targetForm.form, to.options, 'target'),
    },
    adapt: (schema, sample = []) => {
      const stored = sample.map((record) => unfold(record, sourcePlace));
      const given = { choice: from, ...sourceForm, source: request.source, collection: request.sourceCollection };
      const plan = adaptSchema(schema, sides, stored);
      return {
        ...plan,
        losses: [...(plan.losses ?? []), ...contradictions(stored, { ...given, description: schema })],
      };
    },
    change: (record) => {
      const stored = changeStored(unfold(record, sourcePlace), sides);
      return 'refused' in stored ? stored : fold(stored, targetPlace);
    },
  };
}

/**
 * What an application that uses the layout sees of a record: its text as the document, and the metadata without the framework's own
 * fields.
 * @throws ValidationError for an unknown layout or option, or a store in which the framework's form is not known
 */
export function createLayoutReader(
  from: string,
  source: StoreFacts,
): (record: VectorRecord) => Pick<VectorRecord, 'document' | 'metadata'> {
  const choice = formOf(parseLayout(from), source.adapter);
  const place = textPlace(choice.store, source.capabilities);
  return (record) => {
    const { text, metadata } = decodeDocument(unfold(record, place), choice.form);
    return { metadata, document: text ?? record.document };
  };
}

function movesNamespaces(sides: LayoutSides): boolean {
  if (!takesNamespaces(sides.source, sides.from))
    return takesNamespaces(sides.target, sides.to) && sides.from.scope !== undefined;
  const stays = takesNamespaces(sides.target, sides.to) && !hasPlaceForScope(sides) && sides.from.scope === undefined;
  return !stays || sides.from.namespace !== sides.to.namespace || sides.given.namespace !== undefined;
}

function changeStored(stored: StoredRecord, sides: LayoutSides): StoredRecord | RefusedRecord {
  const { from, to, given } = sides;
  const read = withStrayDocument(decodeDocument(stored, from), stored, from);
  if ('refused' in read) return read;
  const vectors = changeVectors(read.vectors, sides);
  if ('refused' in vectors) return vectors;
  const placed = placeScope(read, stored.namespace, sides);
  if ('refused' in placed) return placed;
  const encoded = encodeDocument({ ...placed.document, vectors: vectors.vectors }, to);
  const namespace = given.namespace ?? placed.namespace ?? encoded.namespace;
  const { namespace: _replaced, ...rest } = encoded;
  return namespace === undefined ? rest : { ...rest, namespace };
}

/** A text apart, of a framework that keeps texts in a field (Mastra in Chroma). */
function withStrayDocument(read: AppDocument, { document }: StoredRecord, { text }: Form): AppDocument | RefusedRecord {
  if (document === undefined || text === 'document' || document === read.text) return read;
  if (read.text === undefined) return { ...read, text: document };
  return { refused: 'it has two texts, one as document and another in a field, and the target has a place for one' };
}

/** Where the tenant, data set or collection of a record goes. */
function placeScope(
  document: AppDocument,
  namespace: string | undefined,
  sides: LayoutSides,
): { document: AppDocument; namespace?: string | undefined } | RefusedRecord {
  const { to, title, given, fallback, selected } = sides;
  const { scope: ownScope, ...unscoped } = document;
  if (to.scope !== undefined && hasPlaceForScope(sides)) {
    const isSaid = to.scope.or !== undefined && scopesSaid(unscoped.metadata, to.scope).length > 0;
    const scope = given.scope ?? ownScope ?? (isSaid ? undefined : (fallback ?? selected));
    if (scope !== undefined) return { document: { ...document, scope } };
    if (isSaid || to.scope.when !== 'required') return { document };
    return {
      refused: `${title} finds only records with ${scopeFields(to.scope)}, and nothing says what it is: add scope=… to the target's layout`,
    };
  }
  if (ownScope === undefined) return { document: unscoped };
  const isWhole = ownScope === selected || ownScope === fallback;
  if (takesNamespaces(sides.target, sides.to)) {
    return { document: unscoped, namespace: isWhole && ownScope !== namespace ? undefined : ownScope };
  }
  if (isWhole) return { document: unscoped };
  return {
    refused: `${title} has no place for "${ownScope}", of which it is: move one namespace or scope at a time, with scope=… in the layout of the source, each into a collection of its own`,
  };
}

function changeVectors(
  vectors: VectorRecord['vectors'],
  { from, to, dimension, title }: LayoutSides,
): { vectors: VectorRecord['vectors'] } | RefusedRecord {
  const cut = from.padTo === undefined ? undefined : dimension;
  if (cut === undefined && to.padTo === undefined && takesSparse(to)) return { vectors };
  const changed: [string, VectorRecord['vectors'][string]][] = [];
  for (const [name, vector] of Object.entries(vectors)) {
    if (!isDense(vector)) {
      if (!isSparse(vector) || takesSparse(to)) changed.push([name, vector]);
      continue;
    }
    const short = cut === undefined ? vector : shortened(vector, cut);
    if (short === undefined) {
      return {
        refused: `its vector is not filled up with zeros from dimension ${cut} on, so cutting it would lose something`,
      };
    }
    if (to.padTo !== undefined && short.length > to.padTo) {
      return { refused: `its vector has ${short.length} dimensions, and ${title} keeps ${to.padTo}: set length` };
    }
    changed.push([name, to.padTo === undefined ? short : padded(short, to.padTo)]);
  }
  return { vectors: Object.fromEntries(changed) };
}

function shortened(vector: DenseVector, dimension: number): DenseVector | undefined {
  for (let at = dimension; at < vector.length; at += 1) if (vector[at] !== 0) return undefined;
  return vector.slice(0, dimension);
}

function padded(vector: DenseVector, length: number): DenseVector {
  if (vector.length === length) return vector;
  const longer = new Float32Array(length);
  longer.set(vector);
  return longer;
}
