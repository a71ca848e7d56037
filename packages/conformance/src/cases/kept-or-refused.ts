import { type Metadata, type MetadataValue } from '@vsm/core/adapter';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll, readOne } from '../reading.ts';
import { makeRecord } from '../records.ts';

interface Entry {
  readonly metadata: Metadata;
  readonly held: boolean;
}

/** `{ __proto__: … }` would set the prototype; this makes it a key. */
export function metadataOf(entries: readonly (readonly [string, MetadataValue])[]): Metadata {
  return Object.fromEntries(entries);
}

/** Each is kept whole where it is held, and else refused by its id. */
export async function expectKeptOrRefused(context: ConformanceContext, entries: readonly Entry[]): Promise<void> {
  const { capabilities, comparison, create, settle } = context;
  const collection = await create();
  const given = entries.map(({ metadata, held }, at) => ({ record: makeRecord(capabilities, at, { metadata }), held }));
  const good = given.filter(({ held }) => held).map(({ record }) => record);
  const bad = given.filter(({ held }) => !held).map(({ record }) => record);
  const { accepted, rejected } = await collection.upsert(given.map(({ record }) => record));
  await collection.flush?.();
  for (const record of good) {
    const refusal = rejected.find(({ id }) => id === record.id);
    expectThat(
      refusal === undefined,
      `the capabilities promise to hold ${Object.keys(record.metadata).join(', ')}, but it was refused: ${refusal?.detail}`,
    );
  }
  for (const record of bad) {
    const refusal = rejected.find(({ id }) => id === record.id);
    const what = `${Object.keys(record.metadata).join(', ')}, which the capabilities say cannot be held`;
    expectThat(refusal !== undefined, `the store took ${what}`);
    expectEqual(refusal.reason, 'invalid-metadata', `reason for ${what}`);
  }
  expectEqual(accepted, good.length, 'accepted');
  await settle(async () => expectSameRecords(await readAll(collection), good, 'scan', comparison));
  for (const record of good.slice(0, 3)) {
    const fetched = await readOne(collection, record.id);
    expectSameRecords(fetched === undefined ? [] : [fetched], [record], 'fetch', comparison);
  }
}
