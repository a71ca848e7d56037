import type { StoreFacts } from '@vsm/core/adapter';
import type { Form } from './form.ts';

/** Both sides of a layout, and what is known of all records. */
export interface LayoutSides {
  readonly from: Form;
  readonly to: Form;
  /** Of the target, for sentences. */
  readonly title: string;
  readonly source: StoreFacts;
  readonly target: StoreFacts;
  /** The one scope that the source holds, so that leaving it out loses nothing. */
  readonly selected: string | undefined;
  /** The scope of records that have none of their own. */
  readonly fallback: string | undefined;
  /** What the target's records get, whatever they had. */
  readonly given: { readonly scope?: string | undefined; readonly namespace?: string | undefined };
  /** At which filling with zeros is cut off. */
  readonly dimension: number | undefined;
}

/** In Postgres they are a column, which the tables of frameworks do not have. */
export function takesNamespaces({ adapter, capabilities }: StoreFacts): boolean {
  return capabilities.namespaces && adapter !== 'pgvector';
}

export function hasPlaceForScope({ to, given }: LayoutSides): boolean {
  return to.scope !== undefined && (to.scope.when !== 'given' || given.scope !== undefined);
}
