/** How records of one store become those of the other, by their names in the source of the move, which marks carry in both directions. */
import {
  decodeRecord,
  recordKey,
  recordOfKey,
  type CollectionV1,
  type MigrationPlan,
  type ReadableCollection,
  type StoreFacts,
  type Transform,
  type VectorRecord,
  type VectorStoreV1,
  VsmError,
} from '@vsm/core';
import {
  compareRecords,
  createPipeline,
  roundingProblem,
  openEnd,
  targetId,
  vectorTolerances,
  type NoWayBack,
  type RecordName,
} from '@vsm/core/engine';
import type { MoveHeader, Side } from './model.ts';

/** A record as it should read back from the other store, as it is stored there, or why there is none. */
type Image =
  | { readonly kind: 'record'; readonly original: VectorRecord; readonly stored: VectorRecord }
  | { readonly kind: 'dropped' | 'refused'; readonly why: string };

/** One direction of a move. Keys are those of marks. */
export interface Route {
  readonly from: Side;
  readonly target: CollectionV1;
  /** Records of one request to either store. */
  readonly mostAtOnce: number;
  /** What the store that is read holds of these. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, VectorRecord>>;
  /** What the other store should hold of records by their keys. */
  images(records: ReadonlyMap<string, VectorRecord>): Promise<ReadonlyMap<string, Image>>;
  /** What the other store holds of these. */
  present(keys: readonly string[]): Promise<ReadonlyMap<string, VectorRecord>>;
  readonly nameInTarget: (key: string) => RecordName;
  /** Whether the other store has the record as it should. */
  same(image: Image | undefined, present: VectorRecord | undefined): boolean;
}

export interface Routes {
  readonly there: Route;
  readonly back: Route | NoWayBack;
  readonly source: CollectionV1;
  readonly target: CollectionV1;
}

/** @throws Error where there is no way back */
export function routeFrom({ there, back }: Pick<Routes, 'there' | 'back'>, from: Side): Route {
  if (from === 'source') return there;
  if ('why' in back) throw new Error(`There is no way back: ${back.why.join('; ')}.`);
  return back;
}

export interface RouteStores {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly transform?: Transform | undefined;
}

/** Both directions of a move. The target has to be there. */
export async function openRoutes({ plan, back }: MoveHeader, stores: RouteStores): Promise<Routes> {
  const [source, target] = [await openEnd(stores.source, plan.source), await openEnd(stores.target, plan.target)];
  const there = (key: string): RecordName => targetId(plan, stores.target, nameOf(key));
  const sides = { source, target, sourceStore: stores.source, targetStore: stores.target };
  return {
    source,
    target,
    there: createRoute('source', plan, { ...sides, transform: stores.transform }, nameOf, there),
    back:
      'why' in back
        ? back
        : createRoute(
            'target',
            back,
            { source: target, target: source, sourceStore: stores.target, targetStore: stores.source },
            there,
            nameOf,
          ),
  };
}

interface RouteSides {
  readonly source: CollectionV1;
  readonly target: CollectionV1;
  readonly sourceStore: StoreFacts;
  readonly targetStore: StoreFacts;
  readonly transform?: Transform | undefined;
}

type Naming = (key: string) => RecordName;

function createRoute(from: Side, plan: MigrationPlan, sides: RouteSides, nameThere: Naming, nameHere: Naming): Route {
  const { source, target, sourceStore, targetStore, transform } = sides;
  const pipeline = createPipeline(plan, targetStore, { transform });
  const tolerances = vectorTolerances(plan, targetStore, pipeline.computedVector);
  return {
    from,
    target,
    mostAtOnce: Math.min(...[sourceStore, targetStore].flatMap(limitsOf)),
    nameInTarget: nameHere,
    async read(keys) {
      const found = await fetchByName(source, keys, nameThere);
      // Under the name of its key: what an application wrote there by itself carries no other one.
      return new Map([...found].map(([key, record]) => [key, renamed(decodeRecord(record), nameOf(key))]));
    },
    async images(records) {
      const keyOf = new Map([...records.keys()].map((key) => [recordKey(nameHere(key)), key]));
      const page = await pipeline.map([...records.values()]);
      const dropped = { kind: 'dropped', why: 'the transform leaves it out' } as const;
      const images = new Map<string, Image>([...records.keys()].map((key) => [key, dropped]));
      for (const { rejection, record } of page.rejected) {
        images.set(recordKey(record), { kind: 'refused', why: rejection.detail });
      }
      for (const { original, stored } of page.mapped) {
        const key = keyOf.get(recordKey(stored));
        if (key === undefined) throw otherName(stored);
        const why = roundingProblem(stored, plan.exactVectors ?? []);
        images.set(key, why === undefined ? { kind: 'record', original, stored } : { kind: 'refused', why });
      }
      return images;
    },
    async present(keys) {
      const found = await fetchByName(target, keys, nameHere);
      return new Map([...found].map(([key, record]) => [key, decodeRecord(record)]));
    },
    same(image, present) {
      if (image?.kind !== 'record') return present === undefined;
      return present !== undefined && compareRecords(image.original, present, tolerances).length === 0;
    },
  };
}

function limitsOf({ capabilities: { limits } }: StoreFacts): number[] {
  return [limits.upsertBatch ?? Number.POSITIVE_INFINITY, limits.fetchIds ?? Number.POSITIVE_INFINITY];
}

export function nameOf(key: string): RecordName {
  const name = recordOfKey(key);
  if (name !== undefined) return name;
  throw new VsmError('INVALID_OPTIONS', `"${key}" is not the key of a record.`);
}

function renamed(record: VectorRecord, { id, namespace }: RecordName): VectorRecord {
  return { ...record, id, namespace };
}

function otherName({ id }: VectorRecord): VsmError {
  return new VsmError(
    'UNSUPPORTED',
    `A record came out as "${id}", which does not follow from its id and namespace alone: such a transform cannot be used while records are written.`,
  );
}

async function fetchByName(
  collection: ReadableCollection,
  keys: readonly string[],
  name: Naming,
): Promise<ReadonlyMap<string, VectorRecord>> {
  const keyOf = new Map<string, string>();
  const groups = Map.groupBy(
    keys.map((key) => {
      const named = name(key);
      keyOf.set(recordKey(named), key);
      return named;
    }),
    ({ namespace }) => namespace,
  );
  const found = new Map<string, VectorRecord>();
  for (const [namespace, names] of groups) {
    const ids = names.map(({ id }) => id);
    for (const record of await collection.fetch(ids, { namespace })) {
      const key = keyOf.get(recordKey(record));
      if (key !== undefined) found.set(key, record);
    }
  }
  return found;
}
