import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { migrate } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';
import { carry, rolesOf } from './carry.ts';
import { foreignFolder } from './folder.ts';

const FIXTURES = new URL('fixtures/', import.meta.url).pathname;

const { lines, path } = foreignFolder();

describe('vectors that begin late', () => {
  const vector = (at: number): number[] => Array.from({ length: 8 }, (_, part) => Math.sin(at + part));

  it('within the places that are sampled are vectors', async () => {
    const tickets = Array.from({ length: 3000 }, (_, at) => ({
      id: `t${at}`,
      text: `ticket ${at}`,
      embedding: at < 2400 ? null : vector(at),
    }));
    const source = await lines('tickets.jsonl', tickets);
    await expect(carry(source)).rejects.toThrow(/float64: no sampled record has one, so how much that changes/);
    const { records, result } = await carry(source, ['vector-precision']);
    expect(result.success).toBe(true);
    expect([...records.values()].filter(({ vectors }) => vectors[''] !== undefined)).toHaveLength(600);
  });

  const sparse = Array.from({ length: 3000 }, (_, at) => ({
    id: `t${at}`,
    vector: [1, 2],
    embedding: at === 1990 ? vector(at) : null,
  }));

  it('in a record that no sample met: it is rejected, and the option named', async () => {
    const { result, records } = await carry(await lines('tickets.jsonl', sparse));
    expect(result).toMatchObject({ success: false, vectorsMigrated: 2999, vectorsFailed: 1 });
    expect(result.rejected).toEqual([
      expect.objectContaining({
        id: 't1990',
        detail: expect.stringMatching(/"embedding": it holds \[.*vector=embedding/),
      }),
    ]);
    expect(records.has('t1990')).toBe(false);
  });

  it('and are named: they are vectors', async () => {
    const location = await lines('tickets.jsonl', sparse);
    const { records, result } = await carry(`${location}?vector=embedding&vector=vector`);
    expect(result.success).toBe(true);
    expect(Object.keys(records.get('t1990')?.vectors ?? {})).toEqual(['vector', 'embedding']);
  });

  it('without any in the sample: the plan stops, and says what looked nearest to a vector', async () => {
    const none = sparse.map(({ id, embedding }) => ({ id, embedding }));
    await expect(carry(await lines('tickets.jsonl', none))).rejects.toThrow(/no-vectors: .*say vector=embedding/);
  });
});

describe('one text among the vectors', () => {
  it.each([50, 100])('in line %i of 1,000: the plan stops, and with the option the record is rejected', async (at) => {
    const values = Array.from({ length: 1000 }, (_, index) => ({
      id: `r${index + 1}`,
      vector: index + 1 === at ? 'N/A' : [0.1, 0.2, index / 1000, 0.4],
    }));
    const location = await lines('docs.jsonl', values);
    await expect(carry(location)).rejects.toThrow(
      /"vector" looks like a vector, but 1 of \d+ sampled rows.*say vector=vector/,
    );
    const { result } = await carry(`${location}?vector=vector`);
    expect(result).toMatchObject({ vectorsMigrated: 999, vectorsFailed: 1 });
    expect(result.rejected).toMatchObject([{ id: `r${at}`, detail: expect.stringContaining('"N/A"') }]);
  });

  it('in the last line of 1,000, which no sample met: the record is rejected', async () => {
    const values = Array.from({ length: 1000 }, (_, index) => ({
      id: `r${index}`,
      vector: index === 999 ? 'N/A' : [0.1, 0.2, index / 1000, 0.4],
    }));
    const { result } = await carry(await lines('docs.jsonl', values));
    expect(result).toMatchObject({ success: false, vectorsMigrated: 999, rejected: [{ id: 'r999' }] });
  });
});

describe('vectors of other types and forms', () => {
  it.each([
    ['f16list.parquet', [0.5, 0.25, 1], 'float16'],
    ['f16fsl.parquet', [0.5, 0.25, 1], 'float16'],
    ['i8fsl.parquet', [1, 2, 3], 'int8'],
  ])('%s: exact, and the type is told', async (name, expected, datatype) => {
    const { records, result, plan, source } = await carry(`file:${FIXTURES}${name}`);
    expect(result.success).toBe(true);
    expect(records.get('a')?.vectors['']).toEqual(expected);
    expect(source.vectors['']).toMatchObject({ kind: 'dense', datatype });
    expect(rolesOf(plan)).toMatchObject({ embedding: 'vector' });
  });

  it('text with a list, in Parquet', async () => {
    const { records } = await carry(`file:${FIXTURES}strvec.parquet`);
    expect(records.get('0')).toMatchObject({ vectors: { '': [0.1, 0.2, 0.3] }, document: 'x', metadata: {} });
  });

  const numbers = [0.5, -0.25, 1, 2, 0, 8, 16, -0.125];
  const base64 = Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
  it.each([
    ['a list', numbers],
    ['text of JSON', JSON.stringify(numbers)],
    ['text of numpy', `[${numbers.join('  ')}]`],
    ['text of Postgres', `{${numbers.join(',')}}`],
    ['base64 of float32', base64],
    ['an object with values', { values: numbers }],
    ['an object with values and more', { values: numbers, model: 'm' }],
  ])('%s', async (_, embedding) => {
    const { records, result } = await carry(
      await lines('docs.jsonl', [
        { id: 'a', embedding },
        { id: 'b', embedding },
      ]),
    );
    expect(result.success).toBe(true);
    expect(Array.from(records.get('a')?.vectors[''] as number[])).toEqual(numbers);
    const rest = typeof embedding === 'object' && 'model' in embedding ? { embedding: { model: 'm' } } : {};
    expect(records.get('a')?.metadata).toEqual(rest);
  });

  it('results of an OpenAI batch: the id is that of the request, and whatever else they say is kept', async () => {
    const result = (id: number, data: readonly unknown[]): unknown => ({
      id: `batch_req_${id}`,
      custom_id: `row-${id}`,
      response: { status_code: 200, body: { object: 'list', data, model: 'm' } },
      error: null,
    });
    const item = (index: number, embedding: unknown): unknown => ({ object: 'embedding', index, embedding });
    const location = await lines('batch.jsonl', [
      result(1, [item(0, [0.1, 0.2, 0.3])]),
      result(2, [item(0, [1, 2, 3]), item(1, [4, 5, 6])]),
      { id: 'batch_req_3', custom_id: 'row-3', response: { status_code: 400, body: {} }, error: { code: 'x' } },
    ]);
    const { records } = await carry(location);
    expect([...records.keys()].toSorted()).toEqual(['row-1', 'row-2#0', 'row-2#1', 'row-3']);
    expect(records.get('row-1')).toMatchObject({
      vectors: { '': [0.1, 0.2, 0.3] },
      metadata: { id: 'batch_req_1', response: { status_code: 200, body: { model: 'm', data: { index: 0 } } } },
    });
    expect(records.get('row-2#1')?.vectors['']).toEqual([4, 5, 6]);
    expect(records.get('row-3')).toMatchObject({ vectors: {}, metadata: { error: { code: 'x' } } });
  });
});

describe('lists of numbers that are no embeddings', () => {
  it('in JSON Lines stay metadata, whatever their length', async () => {
    const { records, plan } = await carry(
      await lines('tokens.jsonl', [
        {
          id: 'c1',
          text: 'a',
          embedding: [0.1, 0.2, 0.3, 0.4],
          token_ids: Array.from({ length: 17 }, (_, at) => at + 100),
        },
        { id: 'c2', text: 'b', embedding: [0.4, 0.3, 0.2, 0.1], token_ids: [101, 2053] },
      ]),
    );
    expect(rolesOf(plan)).toEqual({ id: 'id', text: 'document', embedding: 'vector', token_ids: 'metadata' });
    expect(records.get('c2')).toMatchObject({
      vectors: { '': [0.4, 0.3, 0.2, 0.1] },
      metadata: { token_ids: [101, 2053] },
    });
  });

  it('in Parquet too', async () => {
    const { records, plan } = await carry(`file:${FIXTURES}temps.parquet`);
    expect(rolesOf(plan)).toMatchObject({ embedding: 'vector', hourly_temps: 'metadata' });
    expect(records.get('h0')?.metadata['hourly_temps']).toHaveLength(20);
  });
});

describe('vectors of doubles', () => {
  it('that the target would narrow are a loss by name, with the largest change', async () => {
    await expect(carry(`file:${FIXTURES}doubles.parquet`)).rejects.toThrow(
      /vector-precision: memory keeps the vector as float32, but it is float64: the largest change in the sample is \d\.\d+e-8/,
    );
    const { result } = await carry(`file:${FIXTURES}doubles.parquet`, ['vector-precision']);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 50 });
  });

  const LINES = {
    doubles: [0.1 + 0.2, Math.PI, -Math.SQRT1_2, 2 / 3],
    // Of float32, as Python prints them, and as everybody else does.
    floats: [Math.fround(0.1), Math.fround(Math.PI), 0.1, 0.333333343],
  };
  const written = (name: keyof typeof LINES): Promise<string> =>
    lines(
      `${name}.jsonl`,
      ['1', '2'].map((id) => ({ id, embedding: LINES[name] })),
    );

  it('in JSON Lines, which do not say so, are told by their numbers: a loss by name, and the same in a backup', async () => {
    await expect(carry(await written('doubles'))).rejects.toThrow(
      /vector-precision: memory keeps the vector as float32, but it is float64: the largest change in the sample is \d\.\d+e-\d/,
    );
    const source = createFile({ path: (await written('doubles')).replace(/^file:/, '') });
    const target = createFile({ path: join(path(), 'kept.jsonl') });
    const names = { sourceCollection: 'doubles', targetCollection: 'kept', metric: 'cosine' } as const;
    expect(await migrate({ source, target, ...names })).toMatchObject({ success: true });
    const [kept] = await allRecords(target, 'kept');
    expect(kept?.vectors['']).toEqual(LINES.doubles);
    for (const store of [source, target]) await store.close();
  });

  it('are none where float32 holds them, however many digits they have', async () => {
    const { result } = await carry(await written('floats'));
    expect(result).toMatchObject({ success: true, vectorsMigrated: 2 });
  });

  it.each(['parquet', 'jsonl'])('are the same doubles in a backup (%s)', async (format) => {
    const source = createFile({ path: join(FIXTURES, 'doubles.parquet') });
    const target = createFile({ path: join(path(), `copy.${format}`) });
    const result = await migrate({
      source,
      target,
      sourceCollection: 'doubles',
      targetCollection: 'copy',
      verify: 'values',
    });
    expect(result).toMatchObject({ success: true, verification: { passed: true, valuesCompared: 50 } });
    const expected = new Map((await allRecords(source, 'doubles')).map(({ id, vectors }) => [id, vectors['']]));
    const copied = createFile({ path: join(path(), `copy.${format}`) });
    for (const { id, vectors } of await allRecords(copied, 'copy')) expect(vectors['']).toEqual(expected.get(id));
    expect((await (await copied.openCollection('copy')).describe()).vectors['']).toMatchObject({ datatype: 'float64' });
    for (const store of [source, target, copied]) await store.close();
  });
});
