import type { Place } from './client.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly place: Place;
  /** First part of the paths of its requests. */
  readonly path: string;
  readonly count: (signal?: AbortSignal) => Promise<number>;
}
