import { openLocation as openFile } from '@vsm/adapter-file';
import { openLocation as openLanceDb } from '@vsm/adapter-lancedb';
import { openLocation as openSqlite } from '@vsm/adapter-sqlite';
import { createMemory } from '@vsm/adapter-memory';
import {
  migrate,
  type CollectionDescription,
  type DenseVector,
  type LossName,
  type MigrationPlan,
  type MigrationResult,
  type Vector,
  type VectorRecord,
} from '@vsm/core';
import { allRecords } from '../engine/stores.ts';

export interface Carried {
  readonly result: MigrationResult;
  readonly plan: MigrationPlan;
  readonly source: CollectionDescription;
  /** What arrived, by id. */
  readonly records: ReadonlyMap<string, VectorRecord>;
}

/** Moves what a location names into memory, and verifies it. */
export async function carry(location: string, allowLoss: readonly LossName[] = []): Promise<Carried> {
  const { store: source, collection = '' } = open(location);
  const target = createMemory();
  try {
    const result = await migrate({
      source,
      target,
      sourceCollection: collection,
      metric: 'cosine',
      verify: 'values',
      // What a run remembers is proven elsewhere, and takes as long as the rest of it.
      checkpoints: false,
      allowLoss,
    });
    const records = await allRecords(target, collection);
    const described = await (await source.openCollection(collection)).describe();
    return {
      result,
      plan: result.metadata.plan,
      source: described,
      records: new Map(records.map((record) => [record.id, plain(record)])),
    };
  } finally {
    await source.close();
    await target.close();
  }
}

/** Field → role, with the name of a vector or of a renamed field. */
export function rolesOf({ reading }: MigrationPlan): Record<string, string> {
  return Object.fromEntries(
    (reading ?? []).map(({ field, role, name }) => [
      field,
      name === undefined || name === '' ? role : `${role} ${name}`,
    ]),
  );
}

/** With vectors as lists of the decimals that were written. */
function plain(record: VectorRecord): VectorRecord {
  const list = (numbers: DenseVector): number[] => Array.from(numbers, (number) => Number(number.toPrecision(7)));
  const vectors = Object.entries(record.vectors).map(([name, vector]): [string, Vector] => {
    if ('indices' in vector) return [name, { indices: Array.from(vector.indices), values: list(vector.values) }];
    return [name, 'rows' in vector ? { rows: vector.rows.map(list) } : list(vector)];
  });
  return { ...record, vectors: Object.fromEntries(vectors) };
}

function open(location: string): ReturnType<typeof openFile> {
  if (location.startsWith('sqlite:')) return openSqlite(location);
  return location.startsWith('lancedb:') ? openLanceDb(location) : openFile(location);
}
