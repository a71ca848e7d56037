import type { VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { JoinedWrites } from './joined-writes.ts';

const batch = (...ids: string[]): VectorRecord[] => ids.map((id) => ({ id, vectors: {}, metadata: {} }));

it('does not write with others what its caller was told could not be written', async () => {
  const written: string[][] = [];
  let locked = true;
  const writes = new JoinedWrites(
    async (work) => {
      if (locked) throw new Error('another process writes');
      await work();
    },
    async (records) => void written.push(records.map(({ id }) => id)),
  );
  await expect(writes.write(batch('a'), true)).rejects.toThrow('another process writes');
  locked = false;
  await writes.write(batch('b'), true);
  expect(written).toEqual([['b']]);
});

it('joins only batches of one mode', async () => {
  const written: [string[], boolean][] = [];
  const { promise: turn, resolve: begin } = Promise.withResolvers<void>();
  let last: Promise<unknown> = turn;
  const writes = new JoinedWrites(
    (work) => {
      const mine = last.then(work);
      last = mine;
      return mine;
    },
    async (records, replace) => void written.push([records.map(({ id }) => id), replace]),
  );
  const all = [writes.write(batch('a'), true), writes.write(batch('b'), false), writes.write(batch('c'), false)];
  begin();
  await Promise.all(all);
  expect(written).toEqual([
    [['a'], true],
    [['b'], false],
    [['c'], false],
  ]);
});
