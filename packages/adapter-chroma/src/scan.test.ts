import type { VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { placeOf } from './id-lists.ts';
import { createScanner, type Scanner } from './scan.ts';

const record = (id: string): VectorRecord => ({ id, vectors: { '': [1] }, metadata: {} });
const names = (count: number, letter = 'r'): string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at).padStart(4, '0')}`);

/** As Chroma orders its records, handing out ten ids at once at most; `meanwhile` happens after every request for records. */
function chroma(
  ids: string[],
  meanwhile: () => void = () => undefined,
): { asked: number[]; connect: (hosted?: boolean) => Scanner } {
  const asked: number[] = [];
  return {
    asked,
    connect: (hosted = false) =>
      createScanner(
        { count: async () => ids.length },
        {
          async before(end, first, limit) {
            const begin = Math.max(first, end - Math.min(limit, 10));
            asked.push(begin);
            const records = ids.slice(begin, end).map(record);
            meanwhile();
            return { records, begin };
          },
          async byIds(wanted) {
            const found = wanted.filter((id) => ids.includes(id)).map(record);
            meanwhile();
            return found;
          },
        },
        hosted,
      ),
  };
}

async function readAll(scanner: Scanner, between: () => Scanner = () => scanner): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let from = scanner; ; from = between()) {
    const page = await from.scan({ limit: 7, include: ['vectors'], cursor });
    found.push(...page.records.map(({ id }) => id));
    if (page.cursor === null) return found;
    cursor = page.cursor;
  }
}

describe('a scan of Chroma', () => {
  it('misses nothing that stays, though records are deleted and added between any two requests, those for ids included', async () => {
    const ids = names(100);
    const stays = ids.filter((_, at) => at % 3 === 0);
    const doomed = ids.filter((_, at) => at % 3 !== 0);
    let added = 0;
    const server = chroma(ids, () => {
      for (const id of doomed.splice(0, 2)) ids.splice(ids.indexOf(id), 1);
      ids.push(`new${(added += 1)}`);
    });
    expect(await readAll(server.connect())).toEqual(expect.arrayContaining(stays));
  });

  it('goes on in another process, where the ids are listed once more, and once for all parts', async () => {
    const ids = names(30);
    const server = chroma(ids);
    const first = server.connect();
    const parts = await first.partition(3);
    const cursors = await Promise.all(
      parts.map(async (partition) => (await first.scan({ partition, limit: 4, include: ['vectors'] })).cursor),
    );
    expect(server.asked).toEqual([20, 10, 0]);
    ids.splice(0, 5);
    const second = server.connect();
    const rest: string[] = [];
    for (const [at, partition] of parts.entries()) {
      const page = await second.scan({ partition, cursor: cursors[at] ?? undefined, limit: 10, include: ['vectors'] });
      rest.push(...page.records.map(({ id }) => id));
      expect(page.cursor).toBeNull();
    }
    expect(rest).toEqual([...names(10).slice(5), ...names(20).slice(14), ...names(30).slice(24)]);
    expect(server.asked).toEqual([20, 10, 0, 15, 5, 0]);
  });

  it('sees what was added before it began, though a list from before is at hand', async () => {
    const ids = names(5);
    const scanner = chroma(ids).connect();
    await readAll(scanner);
    ids.push('added');
    expect(await readAll(scanner)).toContain('added');
  });

  it('lists again after a list that failed', async () => {
    let fails = true;
    const scanner = createScanner(
      { count: async () => 1 },
      {
        async before() {
          if (!fails) return { records: [record('one')], begin: 0 };
          fails = false;
          throw new Error('busy');
        },
        byIds: async (ids) => ids.map(record),
      },
      false,
    );
    await expect(readAll(scanner)).rejects.toThrow('busy');
    expect(await readAll(scanner)).toEqual(['one']);
  });

  it('of a hosted server goes by place, from the end on, and misses nothing in one part', async () => {
    const ids = names(100);
    const stays = ids.filter((_, at) => at % 3 === 0);
    const doomed = ids.filter((_, at) => at % 3 !== 0);
    const server = chroma(ids, () => {
      for (const id of doomed.splice(0, 2)) ids.splice(ids.indexOf(id), 1);
      ids.push('new');
    });
    expect(await readAll(server.connect(true), () => server.connect(true))).toEqual(expect.arrayContaining(stays));
  });

  it('refuses a place that is none', async () => {
    const scanner = chroma(names(5)).connect();
    const scan = scanner.scan({ limit: 1, include: [], cursor: 'nonsense' });
    await expect(scan).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});

it('the place of an id in a list is before it, or behind it', () => {
  const list = ['b', 'd', 'f'];
  expect(['a', 'b', 'c', 'f', 'g'].map((id) => placeOf(list, id))).toEqual([0, 0, 1, 2, 3]);
  expect(['a', 'b', 'c', 'f', 'g'].map((id) => placeOf(list, id, true))).toEqual([0, 1, 1, 3, 3]);
});
