import { createClient } from '@libsql/client';
import type { VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { folderOfFiles, readAll } from './database.ts';

const { open, path } = folderOfFiles();

/** Vectors as libSQL itself makes them, read by the adapter; in every length, as some types fill up to bytes or words. */
async function made(type: string, maker: string, vectors: readonly (readonly number[])[]): Promise<void> {
  const client = createClient({ url: `file:${path()}` });
  await client.execute(`CREATE TABLE docs (id INTEGER PRIMARY KEY, v ${type})`);
  for (const vector of vectors) {
    const digits = vector.map((value) => (Object.is(value, -0) ? '-0.0' : String(value)));
    await client.execute({ sql: `INSERT INTO docs (v) VALUES (${maker}(?))`, args: [`[${digits.join(',')}]`] });
  }
  client.close();
}

async function readVectors(): Promise<number[][]> {
  const records = await readAll(await open().openCollection('docs'), 100);
  return records.map(({ vectors }) => Array.from(vectors[''] as Float32Array));
}

const lengths = Array.from({ length: 40 }, (_, at) => at + 1);
const bits = lengths.map((length) => Array.from({ length }, (_, at) => ((at * 7) % 3 === 0 ? 1 : 0)));

describe('vectors that libSQL made', () => {
  it('F32, F16 and FB16 come back bit for bit, subnormals and minus zero too', async () => {
    const halves = [[1, 2.5, -0, 65504, 2 ** -24, -(2 ** -14), 0.333251953125, 1023 * 2 ** -24]];
    await made('F16_BLOB(8)', 'vector16', halves);
    expect(await readVectors()).toEqual(halves);
  });

  it('FB16 comes back as the float32 it is', async () => {
    const brains = [[1, 2.5, -0, 3.0625, 2 ** 100, 2 ** -120]];
    await made('FB16_BLOB(6)', 'vectorb16', brains);
    expect(await readVectors()).toEqual(brains);
  });

  it('F1BIT of every length', async () => {
    await made(
      'F1BIT_BLOB(40)',
      'vector1bit',
      bits.map((vector) => vector.map((bit) => (bit === 1 ? 1 : -1))),
    );
    expect(await readVectors()).toEqual(bits);
  });

  it('F8 of every length, near what was written', async () => {
    const vectors = lengths.map((length) => Array.from({ length }, (_, at) => at));
    await made('F8_BLOB(40)', 'vector8', vectors);
    const found = await readVectors();
    expect(found.map(({ length }) => length)).toEqual(lengths);
    for (const [at, vector] of found.entries()) {
      // A vector of one component has no span, so that the engine keeps its start alone.
      for (const [place, value] of vector.entries()) expect(Math.abs(value - place), `${at}`).toBeLessThan(0.5);
    }
  });

  it('F64 is read with every digit', async () => {
    await made('F64_BLOB(2)', 'vector64', [[0.5, -3]]);
    const client = createClient({ url: `file:${path()}` });
    await client.execute(`INSERT INTO docs (v) VALUES (vector64('[0.1,1e-300]'))`);
    client.close();
    expect(await readVectors()).toEqual([
      [0.5, -3],
      [0.1, 1e-300],
    ]);
  });
});

describe('vectors that VSM wrote', () => {
  it('float16 and bits are what libSQL makes of the same numbers', async () => {
    const store = open({ engine: 'libsql' });
    await store.createCollection({
      name: 'docs',
      vectors: {
        half: { kind: 'dense', dimension: 6, datatype: 'float16' },
        bits: { kind: 'dense', datatype: 'bit' },
      },
    });
    const half = [1, -0, 2 ** -24, -65504, 2 ** -14, 0.333251953125];
    const collection = await store.openCollection('docs');
    const records = bits.map((vector, at) => ({ id: String(at), vectors: { bits: vector, half }, metadata: {} }));
    const client = createClient({ url: `file:${path()}` });
    for (const record of records) expect(await collection.upsert([record])).toMatchObject({ accepted: 1 });
    for (const [at, vector] of bits.entries()) {
      const signs = JSON.stringify(vector.map((bit) => (bit === 1 ? 1 : -1)));
      const { rows } = await client.execute({
        sql: `SELECT bits = vector1bit(?) AS same, half = vector16('[1,-0.0,5.9604644775390625e-8,-65504,6.103515625e-5,0.333251953125]') AS halves FROM docs WHERE id = ?`,
        args: [signs, String(at)],
      });
      expect(rows[0], `${at}`).toMatchObject({ same: 1, halves: 1 });
    }
    client.close();
  });

  it('bfloat16 and float64 are what libSQL makes of the same numbers', async () => {
    const store = open({ engine: 'libsql' });
    await store.createCollection({
      name: 'docs',
      vectors: {
        brain: { kind: 'dense', dimension: 4, datatype: 'bfloat16' },
        long: { kind: 'dense', dimension: 4, datatype: 'float64' },
      },
    });
    const collection = await store.openCollection('docs');
    const record = { id: 'a', vectors: { brain: [1, -0, 3.0625, 2 ** 100], long: [1, -0, 3.0625, 0.1] }, metadata: {} };
    expect(
      await collection.upsert([record, { ...record, id: 'b', vectors: { brain: [1.001, 0, 0, 0] } }]),
    ).toMatchObject({
      accepted: 1,
      rejected: [{ id: 'b', reason: 'invalid-vector' }],
    });
    const client = createClient({ url: `file:${path()}` });
    const { rows } = await client.execute(
      `SELECT brain = vectorb16('[1,-0.0,3.0625,1.2676506002282294e30]') AS b, long = vector64('[1,-0.0,3.0625,0.1]') AS l FROM docs`,
    );
    client.close();
    expect(rows[0]).toMatchObject({ b: 1, l: 1 });
    expect(await collection.fetch(['a'])).toEqual([
      {
        ...record,
        vectors: { brain: Float32Array.from(record.vectors.brain), long: record.vectors.long },
      },
    ]);
    expect((await collection.describe()).vectors).toMatchObject({
      brain: { datatype: 'bfloat16' },
      long: { datatype: 'float64' },
    });
  });

  it('what a type would change is refused by id', async () => {
    const store = open();
    await store.createCollection({
      name: 'docs',
      vectors: {
        half: { kind: 'dense', dimension: 1, datatype: 'float16' },
        bits: { kind: 'dense', dimension: 1, datatype: 'bit' },
      },
    });
    const collection = await store.openCollection('docs');
    const given: VectorRecord[] = [
      { id: 'far', vectors: { half: [70_000] }, metadata: {} },
      { id: 'fine', vectors: { half: [0.1] }, metadata: {} },
      { id: 'two', vectors: { bits: [2] }, metadata: {} },
      { id: 'minus', vectors: { bits: [-0] }, metadata: {} },
    ];
    const foreseen = await collection.wouldReject?.(given);
    const { rejected } = await collection.upsert(given);
    expect(foreseen).toEqual(rejected);
    expect(rejected.map(({ id, reason }) => [id, reason])).toEqual(
      ['far', 'fine', 'two', 'minus'].map((id) => [id, 'invalid-vector']),
    );
  });
});
