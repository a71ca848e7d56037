import { createMemory } from '@vsm/adapter-memory';
import {
  Float,
  isMetadataArray,
  isMetadataObject,
  type MetadataValue,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { PLAINEST } from '../capability-profiles.ts';
import { onCollections } from '../shared-memory.ts';
import { changeVectors, type PlantedBug } from './planted-bug.ts';

/** Changes every record on its way in. */
function onWrite(change: (record: VectorRecord) => VectorRecord): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    upsert: (records, options) => inner.upsert(records.map(change), options),
  }));
}

/** Changes every metadata value, those in objects and lists included. `undefined` drops the key or the item. */
function onValues(
  change: (value: MetadataValue) => MetadataValue | undefined,
): (store: VectorStoreV1) => VectorStoreV1 {
  const walk = (value: MetadataValue): MetadataValue | undefined => {
    if (isMetadataArray(value)) return change(value.map(walk).filter((item) => item !== undefined));
    if (isMetadataObject(value)) return change(walkObject(value));
    return change(value);
  };
  const walkObject = (object: { readonly [key: string]: MetadataValue }): Record<string, MetadataValue> =>
    Object.fromEntries(
      Object.entries(object).flatMap(([key, value]) => {
        const changed = walk(value);
        return changed === undefined ? [] : [[key, changed]];
      }),
    );
  return onWrite((record) => ({ ...record, metadata: walkObject(record.metadata) }));
}

function inTwoSteps(value: number): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > 300) return value;
  const digits = Number(sign + whole + fraction);
  return power < 0 ? digits / 10 ** -power : digits * 10 ** power;
}

function onKeys(change: (key: string) => string): (store: VectorStoreV1) => VectorStoreV1 {
  return onWrite((record) => ({
    ...record,
    metadata: Object.fromEntries(Object.entries(record.metadata).map(([key, value]) => [change(key), value])),
  }));
}

/** Ends a text within its last character where that has several bytes, as a column of bytes does. */
function cutBytes(text: string, most: number): string {
  return Buffer.from(text).subarray(0, most).toString();
}

const bytesOver =
  (most: number) =>
  ({ document }: VectorRecord): boolean =>
    Buffer.byteLength(document ?? '') > most;

/** Rejects some records by id, as a store with a limit of its own. */
function refusing(unfit: (record: VectorRecord) => boolean): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async upsert(records, options) {
      const refused = records.filter(unfit);
      const { accepted, rejected } = await inner.upsert(
        records.filter((record) => !unfit(record)),
        options,
      );
      const own = refused.map(({ id }) => ({ id, reason: 'too-large', detail: 'the document is too long' }) as const);
      return { accepted, rejected: [...rejected, ...own] };
    },
  }));
}

const asText = onValues((value) => (typeof value === 'string' ? value : undefined));

export const writingBugs: readonly PlantedBug[] = [
  {
    fault: 'swallows rejected records',
    caughtBy: 'upsert/refuses-nan',
    alsoBy: [
      'upsert/refuses-an-empty-vector',
      'upsert/refuses-infinity',
      'upsert/refuses-a-float32-overflow',
      'upsert/refuses-a-sparse-vector-in-a-dense-place',
      'upsert/refuses-nan-in-metadata',
      'upsert/refuses-metadata-that-is-not-json',
      'upsert/refuses-all-and-stays-empty',
    ],
    over: onCollections((inner) => ({
      async upsert(records, options) {
        return { ...(await inner.upsert(records, options)), rejected: [] };
      },
    })),
  },
  {
    fault: 'counts rejected records as accepted',
    caughtBy: 'upsert/refuses-a-vector-too-short',
    over: onCollections((inner) => ({
      async upsert(records, options) {
        return { ...(await inner.upsert(records, options)), accepted: records.length };
      },
    })),
  },
  {
    fault: 'fails the whole batch for one bad record',
    caughtBy: 'upsert/refuses-an-unknown-vector-name',
    over: onCollections((inner) => ({
      async upsert(records, options) {
        if (records.every((record) => record.vectors['unheardOf'] === undefined)) return inner.upsert(records, options);
        throw new TypeError('column "unheardOf" does not exist');
      },
    })),
  },
  {
    fault: 'takes NaN and stores a zero',
    caughtBy: 'upsert/refuses-nan-in-a-float32array',
    over: onCollections((inner) => ({
      upsert: (records, options) =>
        inner.upsert(
          records.map((record) => changeVectors(record, (values) => values.map((value) => value || 0))),
          options,
        ),
    })),
  },
  {
    fault: 'cuts vectors to the dimension of the collection',
    caughtBy: 'upsert/refuses-a-vector-too-long',
    over: onCollections((inner) => ({
      upsert: (records, options) =>
        inner.upsert(
          records.map((record) =>
            changeVectors(record, (values) => (values.length === 5 ? values.slice(0, 4) : values)),
          ),
          options,
        ),
    })),
  },
  {
    fault: 'generates an id where it is empty',
    caughtBy: 'upsert/refuses-an-empty-id',
    over: onCollections((inner) => ({
      upsert: (records, options) =>
        inner.upsert(
          records.map((record) => (record.id === '' ? { ...record, id: 'generated' } : record)),
          options,
        ),
    })),
  },
  {
    fault: 'takes both records of one id',
    caughtBy: 'upsert/refuses-an-id-that-comes-twice',
    alsoBy: ['namespaces/the-empty-name-is-the-default'],
    over: onCollections((inner) => ({
      async upsert(records, options) {
        let accepted = 0;
        for (const record of records) accepted += (await inner.upsert([record], options)).accepted;
        return { accepted, rejected: [] };
      },
    })),
  },
  {
    fault: 'doubles records that are written again',
    caughtBy: 'upsert/twice-leaves-one-record',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const known = new Set((await inner.fetch(records.map(({ id }) => id))).map(({ id }) => id));
        const renamed = records.map((record) =>
          known.has(record.id) ? { ...record, id: `${record.id} again` } : record,
        );
        return inner.upsert(renamed, options);
      },
    })),
  },
  {
    fault: 'merges metadata when replacing',
    caughtBy: 'upsert/replace-leaves-exactly-the-given-record',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const old = new Map((await inner.fetch(records.map(({ id }) => id))).map((record) => [record.id, record]));
        const merged = records.map((record) => ({
          ...record,
          metadata: { ...old.get(record.id)?.metadata, ...record.metadata },
        }));
        return inner.upsert(merged, options);
      },
    })),
  },
  {
    fault: 'keeps the old document when replacing without one',
    caughtBy: 'upsert/replace-leaves-exactly-the-given-record',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const old = new Map((await inner.fetch(records.map(({ id }) => id))).map((record) => [record.id, record]));
        return inner.upsert(
          records.map((record) => ({ ...record, document: record.document ?? old.get(record.id)?.document })),
          options,
        );
      },
    })),
  },
  {
    fault: 'keeps old vectors when replacing without them',
    caughtBy: 'upsert/replace-drops-vectors-that-are-not-given',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const old = new Map((await inner.fetch(records.map(({ id }) => id))).map((record) => [record.id, record]));
        return inner.upsert(
          records.map((record) => ({ ...record, vectors: { ...old.get(record.id)?.vectors, ...record.vectors } })),
          options,
        );
      },
    })),
  },
  {
    fault: 'ignores insert-only',
    caughtBy: 'upsert/insert-only-leaves-what-is-there',
    under: onCollections((inner) => ({ upsert: (records) => inner.upsert(records) })),
  },
  {
    fault: 'writes only the first thousand records of a batch',
    caughtBy: 'upsert/takes-more-than-the-limit',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        await inner.upsert(records.slice(0, 1000), options);
        return { accepted: records.length, rejected: [] };
      },
    })),
  },
  {
    fault: 'loses a batch when several are written at once',
    caughtBy: 'upsert/batches-in-parallel-all-land',
    under: onCollections((inner) => {
      let busy = false;
      return {
        async upsert(records, options) {
          if (busy) return { accepted: records.length, rejected: [] };
          busy = true;
          const result = await inner.upsert(records, options);
          busy = false;
          return result;
        },
      };
    }),
  },
  {
    fault: 'scales the vectors of the caller in place',
    caughtBy: 'upsert/leaves-the-callers-records-alone',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const result = await inner.upsert(records, options);
        for (const { vectors } of records)
          for (const vector of Object.values(vectors)) if (vector instanceof Float32Array) vector.fill(0);
        return result;
      },
    })),
  },
  {
    fault: 'reads a view from the start of its buffer',
    caughtBy: 'vectors/arrays-and-views-give-the-same',
    under: onWrite((record) => {
      const vector = record.vectors[''];
      if (!(vector instanceof Float32Array)) return record;
      return { ...record, vectors: { '': new Float32Array(vector.buffer, 0, vector.length) } };
    }),
  },
  {
    fault: 'scales every vector to length 1 without saying so',
    caughtBy: 'vectors/lengths-survive-unless-it-is-said',
    under: onWrite((record) =>
      changeVectors(record, (values) => {
        const length = Math.hypot(...values);
        return length === 0 ? values : values.map((value) => value / length);
      }),
    ),
  },
  {
    fault: 'rounds by cutting',
    caughtBy: 'vectors/doubles-round-to-the-nearest-float32',
    under: onWrite((record) => ({
      ...record,
      vectors: Object.fromEntries(
        Object.entries(record.vectors).map(([name, vector]) => [
          name,
          Array.isArray(vector) ? vector.map((value: number) => cut(value)) : vector,
        ]),
      ),
    })),
  },
  {
    fault: 'drops the document',
    caughtBy: 'upsert/stores-what-was-given',
    under: onWrite((record) => ({ ...record, document: undefined })),
  },
  {
    fault: 'cuts documents at 65,536 bytes',
    caughtBy: 'upsert/keeps-long-texts-whole',
    under: onWrite((record) => ({ ...record, document: record.document && cutBytes(record.document, 65_536) })),
  },
  {
    fault: 'cuts documents at 32 KiB, and refuses those of more than 65,535 bytes',
    caughtBy: 'upsert/keeps-long-texts-whole',
    under: (store) =>
      refusing(bytesOver(65_535))(
        onWrite((record) => ({ ...record, document: record.document && cutBytes(record.document, 32_768) }))(store),
      ),
    sound: { under: refusing(bytesOver(65_535)) },
  },
  {
    fault: 'cuts metadata texts at 65,536 characters',
    caughtBy: 'upsert/keeps-long-texts-whole',
    under: onValues((value) => (typeof value === 'string' ? value.slice(0, 65_536) : value)),
  },
  {
    fault: 'cuts metadata texts a little before its own limit',
    caughtBy: 'upsert/keeps-long-texts-whole',
    capabilities: PLAINEST,
    under: onValues((value) => (typeof value === 'string' ? value.slice(0, 24_000) : value)),
  },
  {
    fault: 'refuses a long document, and does not say so',
    caughtBy: 'upsert/keeps-long-texts-whole',
    under: (store) =>
      onCollections((inner) => ({
        upsert: async (records, options) => ({ ...(await inner.upsert(records, options)), rejected: [] }),
      }))(refusing(bytesOver(65_535))(store)),
    sound: { under: refusing(bytesOver(65_535)) },
  },
  {
    fault: 'takes an empty document for none',
    caughtBy: 'metadata/document-is-kept-apart',
    under: onWrite((record) => ({ ...record, document: record.document === '' ? undefined : record.document })),
  },
  {
    fault: 'keeps the document among the metadata, too',
    caughtBy: 'metadata/document-is-kept-apart',
    under: onWrite((record) => ({
      ...record,
      metadata: record.document === undefined ? record.metadata : { ...record.metadata, text: record.document },
    })),
  },
  { fault: 'keeps text values only', caughtBy: 'metadata/booleans', under: asText },
  {
    fault: 'turns 1.0 into 1',
    caughtBy: 'metadata/whole-floats',
    under: onValues((value) => (Float.isInstance(value) && !Object.is(value.value, -0) ? value.value : value)),
  },
  {
    fault: 'loses the sign of -0.0 in metadata',
    caughtBy: 'metadata/minus-zero',
    under: onValues((value) => (Float.isInstance(value) && value.value === 0 ? new Float(0) : value)),
  },
  {
    fault: 'rounds big integers',
    caughtBy: 'metadata/big-integers',
    under: onValues((value) => (typeof value === 'bigint' ? BigInt(Number(value)) : value)),
  },
  {
    fault: 'reads large floats as integers',
    caughtBy: 'metadata/large-floats',
    under: onValues((value) => (typeof value === 'number' && value >= 2 ** 53 ? BigInt(value) : value)),
  },
  {
    fault: 'keeps fractions as float32',
    caughtBy: 'metadata/fractions',
    under: onValues((value) => (typeof value === 'number' && !Number.isInteger(value) ? Math.fround(value) : value)),
  },
  {
    fault: 'reads the digits of a double as one integer, and scales it in a second rounded step',
    caughtBy: 'metadata/random-doubles',
    under: onValues((value) => (typeof value === 'number' ? inTwoSteps(value) : value)),
  },
  { fault: 'drops null', caughtBy: 'metadata/null', under: onValues((value) => (value === null ? undefined : value)) },
  {
    fault: 'drops empty lists',
    caughtBy: 'metadata/irregular-lists',
    under: onValues((value) => (isMetadataArray(value) && value.length === 0 ? undefined : value)),
  },
  {
    fault: 'unwraps a list of one',
    caughtBy: 'metadata/lists',
    under: onValues((value) => (isMetadataArray(value) && value.length === 1 ? value[0] : value)),
  },
  {
    fault: 'drops empty objects',
    caughtBy: 'metadata/nested-objects',
    under: onValues((value) => (isMetadataObject(value) && Object.keys(value).length === 0 ? undefined : value)),
  },
  {
    fault: 'cuts text at U+0000',
    caughtBy: 'metadata/nul-in-text',
    under: onValues((value) => (typeof value === 'string' ? value.replace(/\0.*/, '') : value)),
  },
  {
    fault: 'replaces half surrogate pairs',
    caughtBy: 'metadata/half-a-surrogate-pair',
    under: onValues((value) => (typeof value === 'string' ? value.toWellFormed() : value)),
  },
  {
    fault: 'normalises Unicode',
    caughtBy: 'metadata/text',
    under: onValues((value) => (typeof value === 'string' ? value.normalize('NFC') : value)),
  },
  {
    fault: 'parses text that looks like a number',
    caughtBy: 'metadata/text',
    under: onValues((value) => (typeof value === 'string' && /^\d+\.\d+$/.test(value) ? Number(value) : value)),
  },
  {
    fault: 'folds the case of keys',
    caughtBy: 'metadata/keys-side-by-side',
    under: onKeys((key) => key.toLowerCase()),
  },
  { fault: 'replaces dots in keys', caughtBy: 'metadata/keys', under: onKeys((key) => key.replaceAll('.', '_')) },
  {
    fault: 'makes the first letter of a key a small one, and takes it as it was given',
    caughtBy: 'metadata/keys-outside-the-grammar',
    capabilities: { metadata: { ...createMemory().capabilities.metadata, keys: { pattern: '.*', length: 100 } } },
    under: onKeys((key) => key.slice(0, 1).toLowerCase() + key.slice(1)),
  },
  {
    fault: 'rebuilds metadata by assignment, which loses __proto__',
    caughtBy: 'metadata/keys',
    under: onWrite((record) => {
      const metadata: Record<string, MetadataValue> = {};
      for (const [key, value] of Object.entries(record.metadata)) metadata[key] = value;
      return { ...record, metadata };
    }),
  },
  {
    fault: 'asks for the keys of other records with metadata[key]',
    caughtBy: 'metadata/inherited-keys-are-absent-until-given',
    under: onCollections((inner) => ({
      upsert(records, options) {
        const keys = [...new Set(records.flatMap(({ metadata }) => Object.keys(metadata)))];
        const columns = records.map((record) => ({
          ...record,
          metadata: Object.fromEntries(
            keys.flatMap((key) => {
              const value = record.metadata[key];
              return value === undefined ? [] : [[key, typeof value === 'function' ? String(value) : value]];
            }),
          ),
        }));
        return inner.upsert(columns, options);
      },
    })),
  },
  {
    fault: 'asks for vectors by vectors[name]',
    caughtBy: 'vectors/inherited-names-are-names',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const { vectors } = await inner.describe();
        const rows = records.map((record) => ({
          ...record,
          vectors: Object.fromEntries(
            Object.keys(vectors).flatMap((name) => {
              const vector = record.vectors[name];
              return vector === undefined ? [] : [[name, vector]];
            }),
          ),
        }));
        return inner.upsert(rows, options);
      },
    })),
  },
  {
    fault: 'writes a batch with the union of its keys',
    caughtBy: 'metadata/does-not-leak-into-others',
    under: onCollections((inner) => ({
      upsert(records, options) {
        const keys = new Set(records.flatMap(({ metadata }) => Object.keys(metadata)));
        const padded = records.map((record) => ({
          ...record,
          metadata: Object.fromEntries([...keys].map((key) => [key, record.metadata[key] ?? null])),
        }));
        return inner.upsert(padded, options);
      },
    })),
  },
  {
    fault: 'deletes the same id from every namespace',
    caughtBy: 'namespaces/deletes-from-one',
    under: onCollections((inner) => ({
      async delete(ids) {
        for (const namespace of (await inner.listNamespaces?.()) ?? []) await inner.delete(ids, { namespace });
      },
    })),
  },
  {
    fault: 'takes the id alone for the key',
    caughtBy: 'namespaces/replaces-in-one',
    under: onCollections((inner) => ({
      async upsert(records, options) {
        const result = await inner.upsert(records, options);
        if (records.length > 1) return result;
        const others = ((await inner.listNamespaces?.()) ?? []).filter(
          (name) => name !== (records[0]?.namespace ?? ''),
        );
        for (const namespace of others)
          await inner.delete(
            records.map(({ id }) => id),
            { namespace },
          );
        return result;
      },
    })),
  },
  {
    fault: 'deletes everything when given nothing',
    caughtBy: 'delete/of-nothing-deletes-nothing',
    over: onCollections((inner) => ({
      async delete(ids, options) {
        if (ids.length > 0) return inner.delete(ids, options);
        const { records } = await inner.scan({ limit: 1000, include: [] });
        return inner.delete(
          records.map(({ id }) => id),
          options,
        );
      },
    })),
  },
  {
    fault: 'deletes by prefix',
    caughtBy: 'delete/takes-unusual-ids',
    under: onCollections((inner) => ({
      async delete(ids, options) {
        const { records } = await inner.scan({ limit: 1000, include: [] });
        return inner.delete(
          records.map(({ id }) => id).filter((id) => ids.some((start) => id.startsWith(start))),
          options,
        );
      },
    })),
  },
  {
    fault: 'refuses to delete what is not there',
    caughtBy: 'delete/unknown-ids-are-no-error',
    under: onCollections((inner) => ({
      async delete(ids, options) {
        if ((await inner.fetch(ids, options)).length < ids.length) throw new Error('404');
        return inner.delete(ids, options);
      },
    })),
  },
  {
    fault: 'deletes nothing',
    caughtBy: 'delete/removes-only-the-given',
    under: onCollections(() => ({ async delete() {} })),
  },
  {
    fault: 'cannot write nothing',
    caughtBy: 'upsert/nothing-is-nothing',
    over: onCollections((inner) => ({
      async upsert(records, options) {
        if (records.length === 0) throw new TypeError('Expected at least one record');
        return inner.upsert(records, options);
      },
    })),
  },
  {
    fault: 'marks records as deleted, and revives their metadata',
    caughtBy: 'delete/leaves-nothing-for-the-next-of-that-id',
    under: onCollections((inner) => {
      const graves = new Map<string, VectorRecord>();
      return {
        async delete(ids, options) {
          for (const record of await inner.fetch(ids, options)) graves.set(record.id, record);
          await inner.delete(ids, options);
        },
        upsert: (records, options) =>
          inner.upsert(
            records.map((record) => ({
              ...record,
              metadata: { ...graves.get(record.id)?.metadata, ...record.metadata },
            })),
            options,
          ),
      };
    }),
  },
  {
    fault: 'says that it rounds where it normalises',
    caughtBy: 'vectors/rounding-is-small',
    capabilities: { metrics: ['cosine'], rounds: ['cosine'] },
    under: onWrite((record) =>
      changeVectors(record, (values) => {
        const length = Math.hypot(...values);
        return length === 0 ? values : values.map((value) => value / length);
      }),
    ),
  },
  {
    fault: 'keeps integers in 32 bits',
    caughtBy: 'metadata/integers',
    under: onValues((value) => (Number.isSafeInteger(value) ? Number(value) | 0 : value)),
  },
  {
    fault: 'rebuilds nested objects by assignment',
    caughtBy: 'metadata/proto-is-a-key-like-any-other',
    under: onValues((value) => {
      if (!isMetadataObject(value) || Float.isInstance(value)) return value;
      const copy: Record<string, MetadataValue> = {};
      for (const [key, item] of Object.entries(value)) copy[key] = item;
      return copy;
    }),
  },
  {
    fault: 'drops U+0000 from keys',
    caughtBy: 'metadata/nul-in-keys',
    under: onKeys((key) => key.replaceAll('\0', '')),
  },
  {
    fault: 'marks a record without metadata',
    caughtBy: 'metadata/none-is-an-empty-object',
    under: onWrite((record) => ({
      ...record,
      metadata: Object.keys(record.metadata).length === 0 ? { _empty: true } : record.metadata,
    })),
  },
  {
    fault: 'fixes the type of a key with its first value',
    caughtBy: 'metadata/one-key-may-hold-different-types',
    under: (store) => {
      const texts = new Set<string>();
      return onWrite((record) => ({
        ...record,
        metadata: Object.fromEntries(
          Object.entries(record.metadata).map(([key, value]) => {
            if (typeof value === 'string') texts.add(key);
            return [key, texts.has(key) && typeof value === 'number' ? String(value) : value];
          }),
        ),
      }))(store);
    },
  },
  {
    fault: 'keeps the first 256 keys',
    caughtBy: 'metadata/many-keys',
    under: onWrite((record) => ({
      ...record,
      metadata: Object.fromEntries(Object.entries(record.metadata).slice(0, 256)),
    })),
  },
  {
    fault: 'decodes uris',
    caughtBy: 'metadata/uri-is-kept-apart',
    under: onWrite((record) => ({ ...record, uri: record.uri && decodeURI(record.uri) })),
  },
  {
    fault: 'folds the case of namespaces',
    caughtBy: 'namespaces/takes-unusual-names',
    under: onWrite((record) => ({ ...record, namespace: record.namespace?.toLowerCase() })),
  },
];

/** Float32 towards zero. */
function cut(value: number): number {
  const rounded = Math.fround(value);
  if (Math.abs(rounded) <= Math.abs(value)) return rounded;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, rounded);
  view.setUint32(0, view.getUint32(0) - 1);
  return view.getFloat32(0);
}
