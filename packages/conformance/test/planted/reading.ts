import type { CollectionV1, Filter, Match, Partition, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { PLAINEST } from '../capability-profiles.ts';
import { onCollections } from '../shared-memory.ts';
import { changeVectors, type PlantedBug } from './planted-bug.ts';

const EVERYTHING = ['vectors', 'metadata'] as const;

/** Changes every record on its way out. */
function onRead(change: (record: VectorRecord) => VectorRecord): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async scan(request, options) {
      const page = await inner.scan(request, options);
      return { ...page, records: page.records.map(change) };
    },
    async fetch(ids, options) {
      return (await inner.fetch(ids, options)).map(change);
    },
  }));
}

function onQuery(change: (found: Match[], topK: number) => Match[]): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async query(request, options) {
      const all = await inner.query({ ...request, topK: 1_000_000 }, options);
      return change(all, request.topK);
    },
  }));
}

function onPartitions(change: (partitions: Partition[]) => Partition[]): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async partition(target, request, options) {
      return change((await inner.partition?.(target, request, options)) ?? []);
    },
  }));
}

/** Moves one border of a slot range of the memory store. */
function moveStart({ id, ...rest }: Partition, by: number): Partition {
  const [start = 0, end = 0] = id.split('-').map(Number);
  return { ...rest, id: `${start + by}-${end}` };
}

function shiftCursor(by: number): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async scan(request, options) {
      const { cursor } = request;
      if (cursor === undefined) return inner.scan(request, options);
      return inner.scan({ ...request, cursor: cursor.replace(/\d+$/, (slot) => String(Number(slot) + by)) }, options);
    },
  }));
}

const cursorsInProcess = (): ((store: VectorStoreV1) => VectorStoreV1) => {
  return (store) => ({
    ...store,
    async openCollection(name, options) {
      const inner = await store.openCollection(name, options);
      // Cursors are handles into this opened collection, as a server-side cursor is one into its connection.
      const handles = new Map<string, string>();
      const scan: CollectionV1['scan'] = async (request, callOptions) => {
        const cursor = request.cursor === undefined ? undefined : handles.get(request.cursor);
        if (request.cursor !== undefined && cursor === undefined) return { records: [], cursor: null };
        const page = await inner.scan({ ...request, cursor }, callOptions);
        if (page.cursor === null) return page;
        const handle = `handle-${handles.size}`;
        handles.set(handle, page.cursor);
        return { ...page, cursor: handle };
      };
      return { ...inner, scan };
    },
  });
};

export const readingBugs: readonly PlantedBug[] = [
  {
    fault: 'drops the last page',
    caughtBy: 'scan/every-record-once-in-pages-of-3',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return page.cursor === null && request.cursor !== undefined ? { ...page, records: [] } : page;
      },
    })),
  },
  {
    fault: 'takes a full last page for the end of the scan',
    caughtBy: 'scan/every-record-once-in-pages-of-1',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return request.limit === 1 && request.cursor !== undefined ? { ...page, cursor: null } : page;
      },
    })),
  },
  {
    fault: 'gives the last record of a page again on the next',
    caughtBy: 'scan/every-record-once-in-pages-of-7',
    under: shiftCursor(-1),
  },
  {
    fault: 'skips the first record of every further page',
    caughtBy: 'scan/every-record-once-in-pages-of-3',
    under: shiftCursor(1),
  },
  {
    fault: 'gives the same cursor for ever',
    caughtBy: 'scan/ends-once',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return { ...page, cursor: request.cursor ?? page.cursor };
      },
    })),
  },
  {
    fault: 'leads from the last page back to the second',
    caughtBy: 'scan/ends-once',
    under: onCollections((inner) => {
      let second: string | null = null;
      return {
        async scan(request, options) {
          const page = await inner.scan(request, options);
          if (request.cursor === undefined) second = page.cursor;
          return { ...page, cursor: page.cursor ?? second };
        },
      };
    }),
  },
  {
    fault: 'gives one record more than the limit',
    caughtBy: 'scan/every-record-once-in-pages-of-3',
    under: onCollections((inner) => ({
      scan: (request, options) => inner.scan({ ...request, limit: request.limit + 1 }, options),
    })),
  },
  {
    fault: 'keeps cursors in the process',
    caughtBy: 'scan/cursor-is-valid-in-a-new-connection',
    alsoBy: ['scan/partitions-are-valid-in-a-new-connection'],
    under: cursorsInProcess(),
  },
  {
    fault: 'keeps the position of a scan in the collection',
    caughtBy: 'scan/cursor-can-be-used-again',
    alsoBy: ['scan/two-at-once-do-not-disturb-each-other'],
    under: onCollections((inner) => {
      let position: string | undefined;
      return {
        async scan(request, options) {
          const page = await inner.scan(
            { ...request, cursor: request.cursor === undefined ? undefined : position },
            options,
          );
          position = page.cursor ?? position;
          return page;
        },
      };
    }),
  },
  {
    fault: 'scans in another order every time',
    caughtBy: 'scan/same-order-every-time',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return request.limit === 7 ? { ...page, records: page.records.toReversed() } : page;
      },
    })),
  },
  {
    fault: 'ignores include',
    caughtBy: 'scan/include-is-honoured',
    under: onCollections((inner) => ({
      scan: (request, options) => inner.scan({ ...request, include: EVERYTHING }, options),
    })),
  },
  {
    fault: 'takes any cursor',
    caughtBy: 'scan/refuses-a-foreign-cursor',
    over: onCollections((inner) => ({
      scan: (request, options) =>
        inner.scan({ ...request, cursor: request.cursor?.startsWith('memory/') ? request.cursor : undefined }, options),
    })),
  },
  {
    fault: 'makes partitions that overlap',
    caughtBy: 'scan/5-partitions-are-disjoint-and-cover',
    under: onPartitions((parts) => parts.map((part, at) => (at === 0 ? part : moveStart(part, -1)))),
  },
  {
    fault: 'leaves a hole between partitions',
    caughtBy: 'scan/5-partitions-are-disjoint-and-cover',
    under: onPartitions((parts) => parts.map((part, at) => (at === 0 ? part : moveStart(part, 1)))),
  },
  {
    fault: 'forgets the last partition',
    caughtBy: 'scan/2-partitions-are-disjoint-and-cover',
    under: onPartitions((parts) => (parts.length > 1 ? parts.slice(0, -1) : parts)),
  },
  {
    fault: 'ignores the partition',
    caughtBy: 'scan/2-partitions-are-disjoint-and-cover',
    under: onCollections((inner) => ({
      scan: (request, options) => inner.scan({ ...request, partition: undefined }, options),
    })),
  },
  {
    fault: 'reads vectors in half precision',
    caughtBy: 'vectors/every-bit-survives',
    under: onRead((record) =>
      changeVectors(record, (values) => values.map((value) => Math.round(value * 1024) / 1024)),
    ),
  },
  {
    fault: 'cuts the lowest bit of every component',
    caughtBy: 'vectors/every-bit-survives',
    under: onRead((record) =>
      changeVectors(record, (values) => {
        const bits = new Uint32Array(values.buffer);
        for (let at = 0; at < bits.length; at += 1) bits[at] = (bits[at] ?? 0) & ~1;
        return values;
      }),
    ),
  },
  {
    fault: 'loses the sign of -0 in vectors',
    caughtBy: 'vectors/minus-zero-keeps-its-sign',
    under: onRead((record) => changeVectors(record, (values) => values.map((value) => value + 0))),
  },
  {
    fault: 'flushes denormals to zero',
    caughtBy: 'vectors/the-smallest-numbers-survive',
    under: onRead((record) =>
      changeVectors(record, (values) => values.map((value) => (Math.abs(value) < 1.1754943508222875e-38 ? 0 : value))),
    ),
  },
  {
    fault: 'swaps two named vectors',
    caughtBy: 'vectors/named-ones-are-not-mixed-up',
    under: onRead((record) => {
      const { title, body, ...others } = record.vectors;
      if (title === undefined || body === undefined) return record;
      return { ...record, vectors: { ...others, title: body, body: title } };
    }),
  },
  {
    fault: 'fills a missing vector with zeros',
    caughtBy: 'vectors/a-record-may-have-none',
    under: onRead((record) =>
      Object.keys(record.vectors).length === 0 ? { ...record, vectors: { '': new Float32Array(4) } } : record,
    ),
  },
  {
    fault: 'counts sparse indices from 1',
    caughtBy: 'vectors/sparse-ones-are-kept',
    under: onRead((record) => ({
      ...record,
      vectors: Object.fromEntries(
        Object.entries(record.vectors).map(([name, vector]) => [
          name,
          'indices' in vector ? { ...vector, indices: Uint32Array.from(vector.indices, (at) => at + 1) } : vector,
        ]),
      ),
    })),
  },
  {
    fault: 'reverses the rows of multi-vectors',
    caughtBy: 'vectors/multi-ones-are-kept',
    under: onRead((record) => ({
      ...record,
      vectors: Object.fromEntries(
        Object.entries(record.vectors).map(([name, vector]) => [
          name,
          'rows' in vector ? { rows: vector.rows.toReversed() } : vector,
        ]),
      ),
    })),
  },
  {
    fault: 'fetches only the first of several ids',
    caughtBy: 'fetch/gives-whole-records',
    under: onCollections((inner) => ({ fetch: (ids, options) => inner.fetch(ids.slice(0, 1), options) })),
  },
  {
    fault: 'fetches everything when asked for nothing',
    caughtBy: 'fetch/of-nothing-is-nothing',
    over: onCollections((inner) => ({
      async fetch(ids, options) {
        if (ids.length > 0) return inner.fetch(ids, options);
        return [...(await inner.scan({ limit: 100, include: EVERYTHING })).records];
      },
    })),
  },
  {
    fault: 'asks for half a character as UTF-8 has it',
    caughtBy: 'fetch/takes-no-half-a-character-for-another',
    capabilities: PLAINEST,
    over: onCollections((inner) => ({
      fetch: (ids, options) =>
        inner.fetch(
          ids.map((id) => id.toWellFormed()),
          options,
        ),
    })),
  },
  {
    fault: 'gives an empty record for a missing id',
    caughtBy: 'fetch/leaves-out-missing-ids',
    under: onCollections((inner) => ({
      async fetch(ids, options) {
        const found = await inner.fetch(ids, options);
        const known = new Set(found.map(({ id }) => id));
        return [...found, ...ids.filter((id) => !known.has(id)).map((id) => ({ id, vectors: {}, metadata: {} }))];
      },
    })),
  },
  {
    fault: 'normalises the Unicode of ids',
    caughtBy: 'fetch/takes-unusual-ids',
    under: onRead((record) => ({ ...record, id: record.id.normalize('NFC') })),
  },
  {
    fault: 'rounds numeric ids beyond 2^53',
    caughtBy: 'upsert/keeps-ids-of-every-kind',
    under: onRead((record) => (/^\d{17,}$/.test(record.id) ? { ...record, id: String(Number(record.id)) } : record)),
  },
  {
    fault: 'ignores the namespace when fetching',
    caughtBy: 'namespaces/fetches-from-one',
    under: onCollections((inner) => ({ fetch: (ids) => inner.fetch(ids) })),
  },
  {
    fault: 'ignores the namespace when counting',
    caughtBy: 'namespaces/counts-and-scans-one',
    under: onCollections((inner) => ({ count: (request) => inner.count({ filter: request?.filter }) })),
  },
  {
    fault: 'reads the default namespace as an empty name',
    caughtBy: 'namespaces/one-id-in-two-is-two-records',
    under: onRead((record) => ({ ...record, namespace: record.namespace ?? '' })),
  },
  {
    fault: 'forgets the default namespace in the listing',
    caughtBy: 'namespaces/lists-all',
    under: onCollections((inner) => ({
      listNamespaces: async () => ((await inner.listNamespaces?.()) ?? []).filter((name) => name !== ''),
    })),
  },
  {
    fault: 'ignores the namespace when searching',
    caughtBy: 'namespaces/searches-one',
    under: onCollections((inner) => ({ query: (request) => inner.query({ ...request, namespace: undefined }) })),
  },
  {
    fault: 'counts one too many',
    caughtBy: 'collections/counts-what-is-there',
    under: onCollections((inner) => ({
      async count(request) {
        const { value } = await inner.count(request);
        return { value: value === 0 ? 0 : value + 1, exact: true };
      },
    })),
  },
  {
    fault: 'gives one match too few',
    caughtBy: 'query/gives-as-many-as-asked',
    under: onQuery((found, topK) => found.slice(0, Math.max(1, topK - 1))),
  },
  {
    fault: 'gives one match too many',
    caughtBy: 'query/gives-as-many-as-asked',
    under: onQuery((found, topK) => found.slice(0, topK + 1)),
  },
  {
    fault: 'gives the worst match first',
    caughtBy: 'query/nearest-first-by-euclidean',
    alsoBy: [
      'query/nearest-first-by-cosine',
      'query/nearest-first-by-manhattan',
      'query/nearest-first-by-hamming',
      'query/nearest-first-by-jaccard',
      'query/finds-itself',
      'query/finds-sparse-vectors',
    ],
    under: onQuery((found, topK) => found.toReversed().slice(0, topK)),
  },
  {
    fault: 'sorts the right matches the wrong way round',
    caughtBy: 'query/nearest-first-by-dot',
    under: onQuery((found, topK) => found.slice(0, topK).toReversed()),
  },
  {
    fault: 'filters matches only after the topK was cut',
    caughtBy: 'query/filters-or-refuses',
    under: onCollections((inner) => ({
      async query(request, options) {
        const all = await inner.query({ ...request, filter: undefined }, options);
        const kept = new Set((await inner.query(request, options)).map(({ id }) => id));
        return all.filter(({ id }) => kept.has(id));
      },
    })),
  },
  {
    fault: 'searches another named vector than asked',
    caughtBy: 'query/uses-the-named-vector',
    under: onCollections((inner) => ({
      query: (request) => inner.query({ ...request, using: request.using === 'body' ? 'title' : request.using }),
    })),
  },
  {
    fault: 'pushes down "missing keys do not match ne"',
    caughtBy: 'filter/equality',
    under: onCollections((inner) => ({
      scan: (request, options) =>
        inner.scan(
          request.filter?.op === 'ne'
            ? {
                ...request,
                filter: { op: 'and', of: [request.filter, { op: 'exists', path: request.filter.path, value: true }] },
              }
            : request,
          options,
        ),
    })),
  },
  {
    fault: 'compares text without letter case when filtering',
    caughtBy: 'filter/equality',
    over: onCollections((inner) => ({
      scan: (request, options) =>
        inner.scan(
          request.filter?.op === 'eq' && request.filter.value === 'published'
            ? { ...request, filter: { op: 'in', path: request.filter.path, values: ['published', 'Published'] } }
            : request,
          options,
        ),
    })),
  },
  {
    fault: 'ends a filtered scan at the first page without a match',
    caughtBy: 'filter/pages-are-complete',
    over: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return request.filter !== undefined && page.records.length === 0 ? { ...page, cursor: null } : page;
      },
    })),
    // Nothing is pushed down, so that pages without a match occur.
    capabilities: { filter: [] },
  },
  {
    fault: 'calls an upper bound exact',
    caughtBy: 'filter/count-is-never-too-low',
    over: onCollections((inner) => ({
      count: async () => ({ value: (await inner.count()).value, exact: true }),
    })),
  },
  {
    fault: 'leaves the document out of scans',
    caughtBy: 'scan/reads-every-field',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return { ...page, records: page.records.map((record) => ({ ...record, document: undefined })) };
      },
    })),
  },
  {
    fault: 'cuts a large page, and takes it for the last',
    caughtBy: 'scan/every-record-once-in-pages-of-1000',
    under: onCollections((inner) => ({
      async scan(request, options) {
        if (request.limit <= 20) return inner.scan(request, options);
        return { ...(await inner.scan({ ...request, limit: 20 }, options)), cursor: null };
      },
    })),
  },
  {
    fault: 'does not end the scan of an empty collection',
    caughtBy: 'scan/of-nothing-ends',
    under: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        return (await inner.count()).value === 0 ? { ...page, cursor: 'again' } : page;
      },
    })),
  },
  {
    fault: 'takes the cursor of another collection',
    caughtBy: 'scan/refuses-a-cursor-of-another-collection',
    over: onCollections((inner) => ({
      scan: (request, options) =>
        inner.scan({ ...request, cursor: request.cursor?.replaceAll(/vsm-[0-9a-f-]+/g, inner.name) }, options),
    })),
  },
  {
    fault: 'makes something of a limit that is none',
    caughtBy: 'scan/refuses-a-page-of-nothing',
    over: onCollections((inner) => ({
      scan: (request, options) => inner.scan({ ...request, limit: Math.max(1, Math.ceil(request.limit)) }, options),
    })),
  },
  {
    fault: 'starts the first partition behind the first record',
    caughtBy: 'scan/1-partitions-are-disjoint-and-cover',
    alsoBy: ['scan/16-partitions-are-disjoint-and-cover', 'scan/more-partitions-than-records'],
    under: onPartitions((parts) => parts.map((part, at) => (at === 0 ? moveStart(part, 1) : part))),
  },
  {
    fault: 'cannot split what is empty',
    caughtBy: 'scan/partitions-of-nothing',
    under: onPartitions((parts) => {
      if (parts.length === 0) throw new TypeError('Cannot mix BigInt and undefined');
      return parts;
    }),
  },
  {
    fault: 'forgets the namespace when reading a partition',
    caughtBy: 'namespaces/splits-one-and-all',
    under: onCollections((inner) => ({
      scan: (request, options) =>
        inner.scan(request.partition === undefined ? request : { ...request, namespace: undefined }, options),
    })),
  },
  {
    fault: 'gives a record as often as it is asked for',
    caughtBy: 'fetch/gives-repeated-ids-once',
    over: onCollections((inner) => ({
      async fetch(ids, options) {
        const found = await Promise.all(ids.map((id) => inner.fetch([id], options)));
        return found.flat();
      },
    })),
  },
  {
    fault: 'fetches at most a thousand records',
    caughtBy: 'fetch/takes-more-ids-than-the-limit',
    under: onCollections((inner) => ({ fetch: (ids, options) => inner.fetch(ids.slice(0, 1000), options) })),
  },
  {
    fault: 'rounds the largest numbers',
    caughtBy: 'vectors/the-largest-numbers-survive',
    under: onRead((record) =>
      changeVectors(record, (values) =>
        values.map((value) => (Math.abs(value) > 3.4e38 ? Math.sign(value) * 3.4e38 : value)),
      ),
    ),
  },
  {
    fault: 'turns vectors while scaling them',
    caughtBy: 'vectors/directions-survive-where-lengths-do-not',
    capabilities: { metrics: ['cosine'], normalizes: ['cosine'] },
    under: onRead((record) =>
      changeVectors(record, (values) => values.map((value, at) => (at === 3 ? value / 2 : value))),
    ),
  },
  {
    fault: 'gives a vector of one dimension a second one',
    caughtBy: 'vectors/1-dimension',
    under: onRead((record) =>
      changeVectors(record, (values) => (values.length === 1 ? Float32Array.of(values[0] ?? 0, 0) : values)),
    ),
  },
  {
    fault: 'pads vectors to a multiple of four',
    caughtBy: 'vectors/3-dimensions',
    under: onRead((record) =>
      changeVectors(record, (values) => {
        const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
        padded.set(values);
        return padded;
      }),
    ),
  },
  {
    fault: 'cuts long vectors',
    caughtBy: 'vectors/1536-dimensions',
    under: onRead((record) => changeVectors(record, (values) => values.slice(0, 1000))),
  },
  {
    fault: 'takes zeros for no vector',
    caughtBy: 'vectors/zeros-are-kept',
    under: onRead((record) => {
      const vector = record.vectors[''];
      const zeros = vector instanceof Float32Array && vector.every((value) => value === 0);
      return zeros ? { ...record, vectors: {} } : record;
    }),
  },
  {
    fault: 'reads vectors mirrored, as it writes them',
    caughtBy: 'upsert/a-second-witness-agrees',
    under: (store) =>
      onRead((record) => changeVectors(record, (values) => values.map((value) => -value)))(
        onCollections((inner) => ({
          upsert: (records, options) =>
            inner.upsert(
              records.map((record) => changeVectors(record, (values) => values.map((value) => -value))),
              options,
            ),
        }))(store),
      ),
  },
  {
    fault: 'counts records that were deleted',
    caughtBy: 'collections/counts-exactly',
    under: onCollections((inner) => {
      let most = 0;
      return {
        async count(request) {
          most = Math.max(most, (await inner.count(request)).value);
          return { value: most, exact: true };
        },
      };
    }),
  },
  {
    fault: 'fails to search what is empty',
    caughtBy: 'query/of-nothing-finds-nothing',
    under: onQuery((found) => {
      if (found.length === 0) throw new Error('index not found');
      return found;
    }),
  },
  {
    fault: 'finds deleted records',
    caughtBy: 'query/sees-what-changed',
    under: onCollections((inner) => {
      const deleted: Match[] = [];
      return {
        async delete(ids, options) {
          deleted.push(...ids.map((id) => ({ id, score: 0 })));
          await inner.delete(ids, options);
        },
        async query(request, options) {
          return [...deleted, ...(await inner.query(request, options))].slice(0, request.topK);
        },
      };
    }),
  },
  {
    fault: 'makes something of a topK that is none',
    caughtBy: 'query/refuses-nonsense',
    over: onCollections((inner) => ({
      query: (request, options) => inner.query({ ...request, topK: Math.max(1, Math.ceil(request.topK)) }, options),
    })),
  },
  ...strongerFilters(),
  {
    fault: 'looks for the filter’s fields in records that were read without metadata',
    caughtBy: 'filter/works-without-reading-metadata',
    over: onCollections((inner) => ({
      async scan(request, options) {
        const page = await inner.scan(request, options);
        const blind = request.filter !== undefined && !request.include.includes('metadata');
        return blind ? { ...page, records: [] } : page;
      },
    })),
  },
];

/** What is pushed down may let too much through, but never too little. */
function strongerFilters(): PlantedBug[] {
  const faults: readonly (readonly [string, string, (filter: Filter) => Filter])[] = [
    [
      'pushes down gt for gte',
      'filter/comparison',
      (filter) => (filter.op === 'gte' ? { ...filter, op: 'gt' } : filter),
    ],
    [
      'pushes down "missing keys do not match nin"',
      'filter/membership',
      (filter) =>
        filter.op === 'nin' ? { op: 'and', of: [filter, { op: 'exists', path: filter.path, value: true }] } : filter,
    ],
    [
      'pushes down "null does not exist"',
      'filter/existence',
      (filter) =>
        filter.op === 'exists' && filter.value
          ? { op: 'and', of: [filter, { op: 'null', path: filter.path, value: false }] }
          : filter,
    ],
    [
      'searches a wildcard for itself only where it is alone',
      'filter/text-search',
      (filter) => (filter.op === 'contains' && filter.value === '_' ? { ...filter, value: '__' } : filter),
    ],
    [
      'pushes down only the first branch of "or"',
      'filter/logic',
      (filter) => (filter.op === 'or' ? { op: 'or', of: filter.of.slice(0, 1) } : filter),
    ],
    [
      'takes a path for a literal key',
      'filter/lists-and-nesting',
      (filter) =>
        filter.op === 'eq' && filter.path === 'rich.inner' ? { ...filter, path: 'rich.inner.literal' } : filter,
    ],
  ];
  return faults.map(([fault, caughtBy, change]) => ({
    fault,
    caughtBy,
    under: onCollections((inner) => ({
      scan: (request, options) => inner.scan({ ...request, filter: request.filter && change(request.filter) }, options),
    })),
  }));
}
