import { ifThere, own } from '@vsm/core/adapter';
import { readPages, ValidationError } from '@vsm/core';
import type { CallOptions, CollectionV1, CountedScope, VectorStoreV1 } from '@vsm/core/adapter';
import { formOf, parseLayout, parseLayouts, printLayout, type LayoutChoice } from './choice.ts';
import type { Form, ScopeRule } from './form.ts';
import { nameUuid } from './ids.ts';
import { takesNamespaces, type ChosenScope, type LayoutScopes } from './sides.ts';

/** Says of the option `scope` that all of them are meant. */
export const ALL_SCOPES = '*';

export interface ScopeRequest {
  readonly from: string;
  readonly to?: string | undefined;
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly sourceCollection: string;
  readonly targetCollection: string;
}

/** Where no name is known to stand for it, the option says the value itself. */
export function saidScopes(from: LayoutChoice, to: LayoutChoice): LayoutScopes {
  const said = ({ options: { scope } }: LayoutChoice): ChosenScope | undefined =>
    scope === undefined || scope === ALL_SCOPES ? undefined : { value: scope };
  return { source: said(from), target: said(to) };
}

/** Records that are looked at where the store cannot list its scopes by itself. */
const MOST_SCANNED = 5000;

/**
 * The parts of a collection that a layout tells apart, with their counts.
 * @returns `undefined` where the layout has none, or where there are too many records to look at each
 */
export async function listScopes(
  store: VectorStoreV1,
  collectionName: string,
  layout: string,
  options: CallOptions = {},
): Promise<CountedScope[] | undefined> {
  const { form } = formOf(parseLayout(layout), store.adapter);
  if (form.scope === undefined) return undefined;
  return scopesIn(await store.openCollection(collectionName, options), form.scope, options);
}

async function scopesIn(
  collection: CollectionV1,
  { field, prefix = '' }: ScopeRule,
  options: CallOptions,
): Promise<CountedScope[] | undefined> {
  const found = (await collection.listScopes?.(field, options)) ?? (await countScopes(collection, field, options));
  return found?.map((scope) => ({
    ...scope,
    value: scope.value.startsWith(prefix) ? scope.value.slice(prefix.length) : scope.value,
  }));
}

async function countScopes(
  collection: CollectionV1,
  path: string,
  options: CallOptions,
): Promise<CountedScope[] | undefined> {
  const counts = new Map<string, number>();
  let read = 0;
  for await (const page of readPages(collection, { ...options, include: ['metadata'] })) {
    for (const { metadata } of page) {
      const value = own(metadata, path);
      if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    read += page.length;
    if (read > MOST_SCANNED) return undefined;
  }
  return [...counts]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([value, count]) => ({ path, value, count }));
}

/**
 * Finds the parts that the options of two layouts mean, by name where the store has names. Reads only; what has to be made is made
 * by the migration.
 * @throws ValidationError that lists what there is, where it has to be said which is meant
 */
export async function resolveScopes(request: ScopeRequest, options: CallOptions = {}): Promise<LayoutScopes> {
  const { from, to } = parseLayouts(request);
  const [sourceForm, targetForm] = [formOf(from, request.source.adapter), formOf(to, request.target.adapter)];
  const said = saidScopes(from, to);
  const source = await sourceScope(
    said.source,
    { ...request, choice: from, form: sourceForm.form, options },
    targetForm.form,
  );
  const target = await targetScope(said.target, { ...request, choice: to, form: targetForm.form, options }, source);
  return { source, target };
}

/** One part of a collection on its way, with layouts that name it. */
export interface SingleScope {
  readonly from: string;
  readonly to: string;
  /** What the part is called, and so a collection that it is moved into. */
  readonly name: string;
}

/**
 * What `scope=*` of the source comes to where the target cannot tell its parts apart: one migration for each of them.
 * @returns `undefined` where one migration is enough
 */
export async function splitScopes(
  request: ScopeRequest,
  options: CallOptions = {},
): Promise<SingleScope[] | undefined> {
  const { from, to } = parseLayouts(request);
  const rule = formOf(from, request.source.adapter).form.scope;
  const { form } = formOf(to, request.target.adapter);
  const place = form.scope;
  if (from.options['scope'] !== ALL_SCOPES || rule === undefined || keepsAll(rule, form, request.target))
    return undefined;
  const collection = await request.source.openCollection(request.sourceCollection, options);
  const found = (await scopesIn(collection, rule, options)) ?? [];
  return found.map((scope) => {
    const name = nameOf(scope);
    const named = place?.named === true && to.options['scope'] === undefined;
    return { from: withScope(from, name), to: named ? withScope(to, name) : printLayout(to), name };
  });
}

/**
 * The layout of the target by which a collection becomes a part of it, called as the collection is.
 * @returns `undefined` where the framework has no such parts in that store, or the layout names one
 */
export function layoutOfPart(to: string, target: VectorStoreV1, sourceCollection: string): string | undefined {
  const choice = parseLayout(to);
  const named = formOf(choice, target.adapter).form.scope?.named === true;
  return named && choice.options['scope'] === undefined ? withScope(choice, sourceCollection) : undefined;
}

/** Whether every record can keep its own part in the target. */
function keepsAll(rule: ScopeRule, form: Form, target: VectorStoreV1): boolean {
  if (rule.named === true) return false;
  if (rule.or !== undefined) return true;
  return (form.scope !== undefined && form.scope.named !== true) || takesNamespaces(target, form);
}

interface Question extends ScopeRequest {
  readonly choice: LayoutChoice;
  readonly form: Form;
  readonly options: CallOptions;
}

async function sourceScope(
  said: ChosenScope | undefined,
  { choice, form, source, target, sourceCollection, options }: Question,
  targetForm: Form,
): Promise<ChosenScope | undefined> {
  const rule = form.scope;
  if (rule === undefined) return said;
  // Where every record can keep its own, there is nothing to choose.
  if (said === undefined && (choice.options['scope'] === ALL_SCOPES || keepsAll(rule, targetForm, target)))
    return undefined;
  if (said !== undefined && rule.when !== 'given' && rule.named !== true) return said;
  const found = await scopesIn(await source.openCollection(sourceCollection, options), rule, options);
  if (said !== undefined) return knownScope(said, found ?? [], choice, sourceCollection);
  const [only, ...more] = (found ?? []).filter(({ count }) => count > 0);
  if (found !== undefined && more.length === 0) return only && chosen(only);
  throw new ValidationError(
    `"${sourceCollection}" holds several collections of ${choice.framework.title}${found === undefined ? '' : `: ${listed(found)}`}. ` +
      `Say which one is moved, such as ${withScope(choice, only === undefined ? '…' : nameOf(only))}, or scope=* for one after the other.`,
  );
}

async function targetScope(
  said: ChosenScope | undefined,
  { choice, form, target, targetCollection, sourceCollection, options }: Question,
  source: ChosenScope | undefined,
): Promise<ChosenScope | undefined> {
  const rule = form.scope;
  if (rule?.named !== true || target.adapter !== 'pgvector') return said;
  const collection = await ifThere(() => target.openCollection(targetCollection, options));
  const found = collection === undefined ? [] : ((await scopesIn(collection, rule, options)) ?? []);
  const wish = said?.value ?? (collection === undefined ? (source?.name ?? sourceCollection) : undefined);
  if (wish === undefined) {
    const example = source?.name ?? sourceCollection;
    throw new ValidationError(
      `${choice.framework.title} finds only rows of a collection, and "${targetCollection}" has ${found.length === 0 ? 'none' : listed(found)}. ` +
        `Say which one is meant, or name a new one: ${withScope(choice, example)}.`,
    );
  }
  const present = found.find((one) => one.name === wish) ?? found.find((one) => one.value === wish);
  if (present !== undefined) return chosen(present);
  if (UUID.test(wish)) {
    throw new ValidationError(
      `"${targetCollection}" has no collection ${wish}; it has ${found.length === 0 ? 'none' : listed(found)}. A new one is named: ${withScope(choice, '<name>')}.`,
    );
  }
  return {
    value: freshUuid(wish, found),
    name: wish,
    ...(source?.metadata !== undefined && { metadata: source.metadata }),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of the collections that VSM makes, so that a plan of yesterday and a resumed run mean the same one. */
const COLLECTION_NAMESPACE = Buffer.from('5d6f2a0c9b0e4f3c8a517c1e2b9d4a66', 'hex');

function freshUuid(name: string, taken: readonly CountedScope[]): string {
  for (let number = 1; ; number += 1) {
    const value = nameUuid(COLLECTION_NAMESPACE, number === 1 ? name : `${name}\0${number}`);
    if (!taken.some((one) => one.value === value)) return value;
  }
}

function knownScope(
  { value }: ChosenScope,
  found: readonly CountedScope[],
  choice: LayoutChoice,
  collection: string,
): ChosenScope {
  const present = found.find((one) => one.name === value) ?? found.find((one) => one.value === value);
  if (present !== undefined) return chosen(present);
  throw new ValidationError(
    `"${collection}" has no collection "${value}" of ${choice.framework.title}; it has ${found.length === 0 ? 'none' : listed(found)}.`,
  );
}

function chosen({ value, name, metadata }: CountedScope): ChosenScope {
  return { value, ...(name !== undefined && { name }), ...(metadata !== undefined && { metadata }) };
}

function nameOf({ name, value }: CountedScope): string {
  return name ?? value;
}

const LISTED = 20;

function listed(scopes: readonly CountedScope[]): string {
  const list = scopes.slice(0, LISTED).map((scope) => `"${nameOf(scope)}" (${scope.count} records)`);
  return `${list.join(', ')}${scopes.length > LISTED ? `, … ${scopes.length - LISTED} more` : ''}`;
}

function withScope({ framework, options }: LayoutChoice, scope: string): string {
  return printLayout({ framework, options: { ...options, scope } });
}
