import { createMemory } from '@vsm/adapter-memory';
import {
  compareFingerprints,
  fingerprint,
  parseFingerprint,
  verifyFingerprint,
  type Fingerprint,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { unfit } from '@vsm/core/adapter';
import { beforeAll, describe, expect, it } from 'vitest';
import { alterCollections, filledMemory } from '../engine/stores.ts';
import { flipOneBit, idAt, schemaOf, variedRecords } from './records.ts';

const COUNT = 600;
const records = variedRecords(COUNT);
const odd = idAt(300);
let original: Fingerprint;

async function take(given: readonly VectorRecord[], schema = schemaOf('euclidean')): Promise<Fingerprint> {
  return fingerprint({ source: await filledMemory(given, schema), collection: 'docs', batchSize: 50 });
}

function changed(change: (record: VectorRecord) => VectorRecord, id = odd): VectorRecord[] {
  return records.map((record) => (record.id === id ? change(record) : record));
}

beforeAll(async () => {
  original = await take(records);
});

describe('a fingerprint', () => {
  it('does not depend on the order of records, keys or entries', async () => {
    const reordered = records
      .map((record) => ({ ...record, metadata: Object.fromEntries(Object.entries(record.metadata).toReversed()) }))
      .toReversed();
    const found = await take(reordered);
    expect({ ...found, of: undefined }).toEqual({ ...original, of: undefined });
    expect(original).toMatchObject({ records: COUNT, namespaces: { '': 540, eu: 60 }, bucketBits: 6 });
  });

  const faults: [string, string[], () => VectorRecord[]][] = [
    [
      'one flipped bit',
      ['vector'],
      () => changed((record) => ({ ...record, vectors: { '': flipOneBit(record.vectors[''] as Float32Array) } })),
    ],
    ['another document', ['fields'], () => changed((record) => ({ ...record, document: 'another' }))],
    ['a moved namespace', ['fields', 'vector'], () => changed((record) => ({ ...record, namespace: 'us' }))],
    [
      'an integer that became a float',
      ['fields'],
      () => changed((record) => ({ ...record, metadata: { ...record.metadata, half: 1 } })),
    ],
    ['a missing record', ['fields', 'vector'], () => records.filter(({ id }) => id !== odd)],
    ['a missing vector', ['fields', 'vector'], () => changed((record) => ({ ...record, vectors: {} }))],
  ];

  it.each(faults)('with %s differs in exactly one bucket', async (_what, parts, make) => {
    const source = await filledMemory(make(), schemaOf('euclidean'));
    const report = await verifyFingerprint({ source, collection: 'docs', expected: original });
    expect(report).toMatchObject({ passed: false, buckets: 64, differingBuckets: 1, unproven: [], approximate: [] });
    expect(report.differences[0]?.parts).toEqual(parts);
    expect(report.found.digest).not.toBe(original.digest);
    // The others of the bucket are named too: which one it was, only both sides could tell.
    expect(report.suspects.length).toBeGreaterThan(0);
    expect(report.suspects.length).toBeLessThan(40);
    expect(report.suspects.some(({ id }) => id === odd)).toBe(make().some(({ id }) => id === odd));
  });

  it('sees two documents that changed places, and two vectors that did', async () => {
    const [a, b] = [records[10], records[11]] as [VectorRecord, VectorRecord];
    const other = new Map([
      [a.id, b],
      [b.id, a],
    ]);
    const documents = records.map((record) => ({ ...record, document: (other.get(record.id) ?? record).document }));
    const vectors = records.map((record) => ({ ...record, vectors: (other.get(record.id) ?? record).vectors }));
    const partsOf = async (found: VectorRecord[]): Promise<(readonly string[])[]> =>
      compareFingerprints(original, await take(found)).differences.map(({ parts }) => parts);
    expect(await partsOf(documents)).toEqual([['fields'], ['fields']]);
    expect(await partsOf(vectors)).toEqual([['vector'], ['vector']]);
  });

  it('can be compared with one of more buckets', async () => {
    const more = await take([...records, ...variedRecords(3000).slice(COUNT)]);
    expect(more.bucketBits).toBe(8);
    const source = await filledMemory(records, schemaOf('euclidean'));
    const { found } = await verifyFingerprint({ source, collection: 'docs', expected: more });
    expect(found.bucketBits).toBe(8);
    expect(found.digest).toBe(original.digest);
    expect(compareFingerprints(original, found)).toMatchObject({ passed: true, buckets: 64 });
    expect(compareFingerprints(found, original)).toMatchObject({ passed: true, buckets: 64 });
  });

  it('of chosen namespaces is compared with those alone', async () => {
    const source = await filledMemory(records, schemaOf('euclidean'));
    const expected = await fingerprint({ source, collection: 'docs', namespaces: ['eu'] });
    expect(expected).toMatchObject({ records: 60, namespaces: { eu: 60 } });
    expect(await verifyFingerprint({ source, collection: 'docs', expected })).toMatchObject({ passed: true });
    expect(compareFingerprints(expected, original).unproven).toEqual([expect.stringContaining('different namespaces')]);
  });
});

describe('where a store scales vectors or rounds them', () => {
  const cosine = schemaOf('cosine');
  const normalizing = async (given: readonly VectorRecord[]): Promise<Fingerprint> => {
    const scaled = given.map((record) => {
      const vector = record.vectors[''] as Float32Array;
      const length = Math.hypot(...vector);
      return { ...record, vectors: { '': vector.map((value) => value / length) } };
    });
    const store = await filledMemory(scaled, cosine);
    const capabilities = { ...store.capabilities, normalizes: ['cosine'] as const };
    const source = { ...store, capabilities, effectiveCapabilities: async () => capabilities };
    return fingerprint({ source, collection: 'docs' });
  };

  it('directions are compared, and the report says so', async () => {
    const found = await normalizing(records);
    expect(found.vectors['']).toEqual({ form: 'float32', stored: 'normalized' });
    const report = compareFingerprints(await take(records, cosine), found);
    expect(report).toMatchObject({ passed: true, unproven: [] });
    expect(report.approximate).toEqual([expect.stringMatching(/scales them to length 1, so that directions/)]);
  });

  it('a vector that changed its direction or its place is still found', async () => {
    const source = await take(records, cosine);
    const turned = changed((record) => {
      const vector = Float32Array.from(record.vectors[''] as Float32Array);
      vector[2] = (vector[2] ?? 0) + 0.01;
      return { ...record, vectors: { '': vector } };
    });
    expect(compareFingerprints(source, await normalizing(turned))).toMatchObject({
      passed: false,
      differingBuckets: 1,
    });
    const [a, b] = [records[10], records[11]] as [VectorRecord, VectorRecord];
    const other = new Map([
      [a.id, b],
      [b.id, a],
    ]);
    const swapped = records.map((record) => ({ ...record, vectors: (other.get(record.id) ?? record).vectors }));
    expect(compareFingerprints(source, await normalizing(swapped))).toMatchObject({ passed: false });
  });

  it('other text is no matter of tolerance', async () => {
    const found = await normalizing(changed((record) => ({ ...record, document: 'another' })));
    expect(compareFingerprints(await take(records, cosine), found).differences).toMatchObject([{ parts: ['fields'] }]);
  });

  it('what has no sum of directions is not taken for equal', async () => {
    const report = compareFingerprints(original, await normalizing(records));
    expect(report.passed).toBe(false);
    expect(report.unproven).toEqual([expect.stringContaining('no sum of directions')]);
    expect(report.notes).toEqual(['vector: metric is euclidean in the source, cosine in the target']);
  });
});

describe('doubles', () => {
  const saying = (store: VectorStoreV1): VectorStoreV1 =>
    alterCollections(store, (collection) => ({
      describe: async () => ({
        ...(await collection.describe()),
        vectors: { '': { kind: 'dense', dimension: 8, datatype: 'float64' } },
      }),
    }));
  const precise = records.map((record) => ({ ...record, vectors: { '': [0.1, 0.2, 0.3, 1 / 3, 5, 6, 7, 8] } }));

  it('are compared whole, and not with floats unless the collection is there', async () => {
    const source = saying(await filledMemory(precise, schemaOf('dot')));
    const whole = await fingerprint({ source, collection: 'docs' });
    expect(whole.vectors['']?.form).toBe('float64');
    const rounded = precise.map((record) => ({ ...record, vectors: { '': Float32Array.from(record.vectors['']) } }));
    const floats = await take(rounded, schemaOf('dot'));
    expect(compareFingerprints(whole, floats).unproven).toEqual([expect.stringContaining('was taken as float64')]);
    expect(await verifyFingerprint({ source, collection: 'docs', expected: floats })).toMatchObject({ passed: true });
  });
});

describe('nothing is concluded from', () => {
  it('a collection that was not read whole', async () => {
    const store = alterCollections(await filledMemory(records, schemaOf('dot')), () => ({
      witness: async () => ({ count: COUNT + 1, by: 'a footer' }),
    }));
    await expect(fingerprint({ source: store, collection: 'docs' })).rejects.toThrow(
      'No fingerprint was made. source: reading "docs" gave 600 records, but a footer counts 601',
    );
  });

  it('fields of which it is not clear what they are', async () => {
    const undecided = ['"v" looks like a vector: say vector=v or metadata=v'];
    const store = alterCollections(await filledMemory(records, schemaOf('dot')), (collection) => ({
      describe: async () => ({ ...(await collection.describe()), undecided }),
    }));
    await expect(fingerprint({ source: store, collection: 'docs' })).rejects.toMatchObject({
      code: 'SCHEMA_INCOMPATIBLE',
      message: expect.stringContaining('say vector=v or metadata=v'),
    });
  });

  it('a record that holds what cannot be carried', async () => {
    const store = alterCollections(await filledMemory(records, schemaOf('dot')), (collection) => ({
      scan: async (request) => {
        const page = await collection.scan(request);
        return {
          ...page,
          records: page.records.map((record) => ({ ...record, metadata: { bad: unfit('it is a date') } })),
        };
      },
    }));
    await expect(fingerprint({ source: store, collection: 'docs' })).rejects.toThrow(
      /^Record "[^"]+" has no fingerprint: in its metadata, it is a date/,
    );
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['a file that was cut', (text) => text.slice(0, 500), /Cannot read a.json as a fingerprint: it is not JSON/],
    ['another JSON file', () => '{"records":[]}', /does not say that it is one/],
    [
      'a later version',
      (text) => text.replace('"version":1', '"version":2'),
      /of version 2, and this version of VSM knows only 1/,
    ],
    [
      'a bucket that was left out',
      (text) => text.replace(/"0":\[[^}]*\}\],/, ''),
      /its buckets hold \d+ records, but it says 600/,
    ],
    ['a digest that was cut', (text) => text.replace(/(\[\d+,"[0-9a-f]{31})[0-9a-f]/, '$1'), /its bucket 0 is damaged/],
    [
      'a digest with another digit',
      (text) =>
        text.replace(/(\[\d+,"[0-9a-f]{31})([0-9a-f])/, (_all, head, last) => head + (last === '0' ? '1' : '0')),
      /its digest is not that of its buckets/,
    ],
    [
      'a file without the names of its vectors',
      (text) => text.replace(/"vectors":\{"":\{"form"[^}]*\}\}/, '"vectors":{}'),
      /its digest is not that of its buckets/,
    ],
    [
      'namespaces that hold other records',
      (text) => text.replace(/("namespaces":\{"":)/, '$11'),
      /its namespaces hold other records than it says/,
    ],
    [
      'namespaces that are no list of names',
      (text) => text.replace('"of":{', '"of":{"namespaces":[1],'),
      /it does not say of which namespaces/,
    ],
    [
      'a schema of no vectors',
      (text) => text.replace(/"schema":\{"vectors":\{"":\{[^}]*\}/, '"schema":{"vectors":{"":5'),
      /it has no schema/,
    ],
  ])('%s', (_what, damage, message) => {
    const text = JSON.stringify(original);
    expect(parseFingerprint(text)).toEqual(JSON.parse(text));
    expect(() => parseFingerprint(damage(text), 'a.json')).toThrow(message);
  });

  it('a collection that is not there', async () => {
    await expect(fingerprint({ source: createMemory(), collection: 'docs' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
