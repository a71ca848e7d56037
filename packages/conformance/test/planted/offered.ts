import { createMemory } from '@vsm/adapter-memory';
import { matches, RemoteError, VsmError, type Filter, type FilterValue, type VectorStoreV1 } from '@vsm/core/adapter';
import type { BusyStore, GivenClient } from '../../src/index.ts';
import { onCollections } from '../shared-memory.ts';
import type { PlantedBug } from './planted-bug.ts';

/** A store on a client that knows whether it was closed. */
export function onGivenClient(endsIt: boolean): () => Promise<GivenClient> {
  return async () => {
    let open = true;
    const store: VectorStoreV1 = {
      ...createMemory(),
      async close() {
        if (endsIt) open = false;
      },
    };
    return {
      store,
      async use() {
        if (!open) throw new Error('the pool was ended');
      },
      async end() {
        open = false;
      },
    };
  };
}

export function busyStore(error: () => Error): () => Promise<BusyStore> {
  return async () => ({
    store: {
      ...createMemory(),
      async listCollections() {
        throw error();
      },
    },
    call: (store) => store.listCollections(),
  });
}

export const busyError = (retryable: boolean): RemoteError =>
  new RemoteError('memory: cannot list collections: the database is locked', { adapter: 'memory', retryable });

/** Selects by another rule than core's, below the guard, which cannot bring back what is lost. */
function selectBy(choose: (filter: Filter, value: string) => boolean): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async scan({ filter, ...request }, options) {
      const page = await inner.scan({ ...request, include: ['vectors', 'metadata'] }, options);
      if (filter === undefined) return page;
      return {
        ...page,
        records: page.records.filter(({ metadata: { value } }) => typeof value === 'string' && choose(filter, value)),
      };
    },
  }));
}

function compare(filter: Filter, order: number): boolean {
  return filter.op === 'gt'
    ? order > 0
    : filter.op === 'gte'
      ? order >= 0
      : filter.op === 'lt'
        ? order < 0
        : order <= 0;
}

const toDouble = (value: FilterValue): FilterValue => (typeof value === 'bigint' ? Number(value) : value);
const toInt64 = (value: FilterValue): FilterValue => (typeof value === 'bigint' ? BigInt.asIntN(64, value) : value);

/** Sends values of filters in another form. */
function sent(change: (value: FilterValue) => FilterValue): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async scan({ filter, ...request }, options) {
      const page = await inner.scan(request, options);
      if (filter === undefined || !('value' in filter)) return page;
      const wrong = {
        ...filter,
        value: typeof filter.value === 'boolean' ? filter.value : change(filter.value),
      } as Filter;
      return { ...page, records: page.records.filter(({ metadata }) => matches(wrong, metadata)) };
    },
  }));
}

/** Drops one condition of every filter, as where the store has no such operator. */
const weaker = onCollections((inner) => ({
  query: ({ filter: _dropped, ...request }, options) => inner.query(request, options),
}));

export const offeredBugs: readonly PlantedBug[] = [
  {
    fault: 'ends a client that it was given',
    caughtBy: 'lifecycle/leaves-a-given-client-open',
    offers: { givenClient: onGivenClient(true) },
  },
  {
    fault: 'takes a locked database for a broken one',
    caughtBy: 'errors/a-busy-store-is-worth-another-try',
    offers: { busy: busyStore(() => busyError(false)) },
  },
  {
    fault: 'passes on that it is busy as the vendor says it',
    caughtBy: 'errors/a-busy-store-is-worth-another-try',
    offers: { busy: busyStore(() => new Error('SQLITE_BUSY')) },
  },
  {
    fault: 'takes being busy for a conflict of names',
    caughtBy: 'errors/a-busy-store-is-worth-another-try',
    offers: { busy: busyStore(() => new VsmError('CONFLICT', 'memory: locked', { adapter: 'memory' })) },
  },
  {
    fault: 'reads the name in a location in capitals',
    caughtBy: 'locations/lead-to-the-named-collection',
    folders: { rename: (name) => name.toUpperCase() },
  },
  {
    fault: 'ignores parameters of a location that it does not know',
    caughtBy: 'locations/refuse-parameters-they-do-not-know',
    folders: { takesAnyParameter: true },
  },
  {
    fault: 'makes the folder that it looks into',
    caughtBy: 'locations/reading-makes-nothing',
    folders: { makes: true },
  },
  {
    fault: 'looks for a relative path from wherever the process is',
    caughtBy: 'locations/stay-where-they-were',
    folders: { late: true },
  },
  {
    fault: 'compares text in the order of UTF-8',
    caughtBy: 'filter/text-order-is-that-of-code-units',
    under: selectBy(
      (filter, value) =>
        'value' in filter && compare(filter, Buffer.compare(Buffer.from(value), Buffer.from(String(filter.value)))),
    ),
  },
  {
    fault: 'compares text as people sort it',
    caughtBy: 'filter/text-order-is-that-of-code-units',
    under: selectBy(
      (filter, value) => 'value' in filter && compare(filter, value.localeCompare(String(filter.value), 'en')),
    ),
  },
  { fault: 'sends integers of filters as doubles', caughtBy: 'filter/integers-beyond-64-bits', under: sent(toDouble) },
  { fault: 'cuts integers of filters to 64 bits', caughtBy: 'filter/integers-beyond-64-bits', under: sent(toInt64) },
  {
    fault: 'searches without the filter',
    caughtBy: 'query/filter-equality',
    alsoBy: [
      'query/filter-comparison',
      'query/filter-membership',
      'query/filter-existence',
      'query/filter-text-search',
      'query/filter-logic',
      'query/filter-lists-and-nesting',
    ],
    under: weaker,
  },
  {
    fault: 'keeps fields and settings, but not the kind of ids',
    caughtBy: 'schema/keeps-every-part-where-it-is-promised',
    under: onCollections((inner) => ({
      async describe(options) {
        const { ids: _forgotten, ...described } = await inner.describe(options);
        return described;
      },
    })),
  },
];
