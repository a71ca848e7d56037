import type { RecordLayout } from '@vsm/core';
import { own, type JsonObject, type Metadata, type Scope, type StoreFacts } from '@vsm/core/adapter';
import type { Form, ScopeRule } from './form.ts';

/** A part of a shared collection: by its value in the store, without what the framework puts in front of it. */
export interface ChosenScope {
  readonly value: string;
  readonly name?: string | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** The parts that records come from and go to. Absent: all that is there, or whatever each record says. */
export interface LayoutScopes {
  readonly source?: ChosenScope | undefined;
  readonly target?: ChosenScope | undefined;
}

/** Both sides of a layout, and what is known of all records. */
export interface LayoutSides {
  readonly from: Form;
  readonly to: Form;
  /** Of the target, for sentences. */
  readonly title: string;
  readonly source: StoreFacts;
  readonly target: StoreFacts;
  /** Whether the records stay with the same framework, so that what the application added stays its own. */
  readonly sameFramework: boolean;
  /** The parts that were chosen, as the stores know them. */
  readonly scopes: LayoutScopes;
  /** The collection of the target is nobody else's, whatever scopes are in it. */
  readonly wholeTarget: boolean;
  /** The one scope that is read, so that leaving it out loses nothing. */
  readonly selected: string | undefined;
  /** The scope of records that have none of their own. */
  readonly fallback: string | undefined;
  /** What the target's records get, whatever they had. */
  readonly given: { readonly scope?: string | undefined; readonly namespace?: string | undefined };
  /** At which filling with zeros is cut off. */
  readonly dimension: number | undefined;
}

/** In Postgres and Milvus they are a column, or a part of the key, which collections of most frameworks do not have. */
export function takesNamespaces({ adapter, capabilities }: StoreFacts, { namespace }: Form): boolean {
  return capabilities.namespaces && ((adapter !== 'pgvector' && adapter !== 'milvus') || namespace !== undefined);
}

/** What a payload, or metadata that is a part of it, says itself of the part that it is of; empty: nothing. */
export function scopesSaid(payload: Metadata, { field, or = [] }: ScopeRule): string[] {
  return [field, ...or].map((name) => own(payload, name)).filter((value) => typeof value === 'string');
}

/** Where a form says of which part a record is, for sentences. */
export function scopeFields({ field, or = [] }: ScopeRule): string {
  const names = [field, ...or].map((name) => `"${name}"`);
  return names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** A table of a framework has one dense vector; what it knows of words, it makes of the text. */
export function takesSparse({ table, sparse }: Form): boolean {
  return table === undefined || sparse !== undefined;
}

export function hasPlaceForScope({ to, given }: LayoutSides): boolean {
  return to.scope !== undefined && (to.scope.when !== 'given' || given.scope !== undefined);
}

/** Which parts of the two collections the records come from and go to. */
export function partsOf(sides: LayoutSides): RecordLayout['scopes'] {
  const { from, to, scopes, wholeTarget } = sides;
  const source = from.scope === undefined || scopes.source === undefined ? undefined : from.scope;
  const value = scopeOfAll(sides);
  // What is the application's metadata as well divides a collection only where all records have the same.
  const isOne = to.scope?.or !== undefined && value === undefined;
  const target = wholeTarget || isOne || !hasPlaceForScope(sides) ? undefined : to.scope;
  return {
    source: source && scopes.source && { path: source.field, ...scopes.source, value: prefixed(source, scopes.source) },
    target: target && { path: target.field, ...scopes.target, value },
  };
}

function prefixed({ prefix = '' }: { readonly prefix?: string | undefined }, { value }: { value: string }): string {
  return `${prefix}${value}`;
}

/** The value that every record will have in the target; `undefined` where that may differ from one to the next. */
function scopeOfAll({ from, to, source, given, selected, fallback, scopes }: LayoutSides): Scope['value'] {
  const rule = to.scope ?? {};
  if (given.scope !== undefined) return prefixed(rule, { value: given.scope });
  const several = from.scope === undefined ? takesNamespaces(source, from) : scopes.source === undefined;
  if (several) return undefined;
  const known = scopes.source?.value ?? fallback ?? selected;
  return known === undefined ? to.scope?.otherwise : prefixed(rule, { value: known });
}
