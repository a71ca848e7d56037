import type { CollectionV1 } from '../spec/v1.ts';

type Verbs = Omit<CollectionV1, 'name'>;
type Verb<Name extends keyof Verbs> = NonNullable<Verbs[Name]>;

/** For each verb that changes, a function from the verb as it is to the one that takes its place. */
export type VerbChanges = { readonly [Name in keyof Verbs]?: (verb: Verb<Name>) => Verb<Name> };

const VERBS: Readonly<Record<keyof Verbs, true>> = {
  describe: true,
  identify: true,
  count: true,
  witness: true,
  witnessValues: true,
  listNamespaces: true,
  partition: true,
  scan: true,
  upsert: true,
  wouldReject: true,
  fetch: true,
  delete: true,
  query: true,
  listScopes: true,
  lacks: true,
  makeScope: true,
  complete: true,
  flush: true,
  prepareBulkLoad: true,
  beginBulkLoad: true,
  endBulkLoad: true,
};

/** The same collection with some verbs changed. A verb that it does not have stays absent. */
export function wrapCollection(inner: CollectionV1, changes: VerbChanges): CollectionV1 {
  const wrapped = Object.keys(VERBS).flatMap((key): [string, unknown][] => {
    const name = key as keyof Verbs;
    const verb: unknown = inner[name]?.bind(inner);
    if (verb === undefined) return [];
    const change = changes[name] as ((verb: unknown) => unknown) | undefined;
    return [[name, change === undefined ? verb : change(verb)]];
  });
  return { name: inner.name, ...Object.fromEntries(wrapped) } as CollectionV1;
}
