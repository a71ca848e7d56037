import { ValidationError } from '../errors.ts';
import type { CallOptions, ReadableCollection, VectorStoreV1 } from '../spec/v1.ts';
import type { Loss } from './losses.ts';

/** A collection, the name that it was asked for by, and where. */
interface Opened {
  readonly store: VectorStoreV1;
  readonly asked: string;
  readonly collection: ReadableCollection;
}

/**
 * Compares what the two collections are, whatever they are called by: an alias, another spelling of the host, a link. Where that cannot
 * be told and they have one name, whoever knows is to say so, since otherwise the source might be written to.
 * @throws ValidationError where they are the same place
 */
export async function comparePlaces(source: Opened, target: Opened, options: CallOptions): Promise<readonly Loss[]> {
  if (source.store.adapter !== target.store.adapter) return [];
  const [is, other] = [await source.collection.identify?.(options), await target.collection.identify?.(options)];
  if (is !== undefined && other !== undefined) {
    if (is === other) throw samePlace(source, target);
    return [];
  }
  if (source.collection.name !== target.collection.name) return [];
  const detail = `whether ${nameOf(source)} and ${nameOf(target)} are one collection cannot be told; if they are, the source is written to`;
  return [{ name: 'same-place', detail }];
}

export function samePlace(source: Omit<Opened, 'collection'>, target: Omit<Opened, 'collection'>): ValidationError {
  const [from, to] = [nameOf(source), nameOf(target)];
  const what = from === to ? from : `${from} is ${to}`;
  return new ValidationError(`Source and target are the same place: ${what}. Choose another target collection.`);
}

const nameOf = ({ store, asked }: Omit<Opened, 'collection'>): string => `"${asked}" in ${store.location}`;
