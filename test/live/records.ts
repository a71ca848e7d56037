import { decodeRecord, type CollectionV1, type VectorRecord } from '@vsm/core';
import type { Value } from './account.ts';

/** Writers of all processes together. */
export const WRITERS = 8;
/** Of each writer, and nobody else's. */
const OWN = 120;
/** Of all writers. */
const SHARED = 6;
/** That nobody writes to. */
const RESTING = 1500;

export const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 8, metric: 'cosine' } } } as const;

export const ownId = (writer: number, at: number): string => `w${writer}-${at}`;
export const idsOf = (writer: number): readonly string[] => Array.from({ length: OWN }, (_, at) => ownId(writer, at));
export const SHARED_IDS: readonly string[] = Array.from({ length: SHARED }, (_, at) => `shared-${at}`);

export function recordOf(id: string, value: number): VectorRecord {
  const vector = Float32Array.from({ length: 8 }, (_, at) => Math.cos(value + at));
  return { id, vectors: { '': vector }, metadata: { value } };
}

export const valueOf = (record: VectorRecord | undefined): Value =>
  record === undefined ? null : Number(record.metadata['value']);

/** What is there before anything moves: records that rest, and half of those that writers take turns with. */
export function firstRecords(): readonly VectorRecord[] {
  const written = Array.from({ length: WRITERS }, (_, writer) => idsOf(writer))
    .flat()
    .filter((_, at) => at % 2 === 0);
  const resting = Array.from({ length: RESTING }, (_, at) => `rests-${at}`);
  return [...written, ...resting].map((id, at) => recordOf(id, at + 1));
}

export async function all(collection: CollectionV1): Promise<ReadonlyMap<string, Value>> {
  const found = new Map<string, Value>();
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: 1000, include: ['vectors', 'metadata'], cursor });
    for (const stored of page.records) {
      // Under the id that it has in the source, where a store makes ids of its own.
      const record = decodeRecord(stored);
      // A record that is part one write and part another one is neither.
      const value = Number(record.metadata['value']);
      const whole = isNear(numbersOf(record), numbersOf(recordOf(record.id, value)));
      found.set(record.id, whole ? value : Number.NaN);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

function numbersOf({ vectors: { '': vector } }: VectorRecord): readonly number[] {
  return Array.isArray(vector) || vector instanceof Float32Array ? [...vector] : [];
}

/** Some stores keep vectors at length one. */
function isNear(found: readonly number[], expected: readonly number[]): boolean {
  const [length, wanted] = [Math.hypot(...found), Math.hypot(...expected)];
  const alike = (component: number, at: number): boolean =>
    Math.abs(component / length - (expected[at] ?? 0) / wanted) < 1e-4;
  return found.length === expected.length && found.every(alike);
}
