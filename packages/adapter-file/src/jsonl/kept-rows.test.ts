import { expect, it } from 'vitest';
import { KeptRows } from './kept-rows.ts';

interface Row {
  readonly position: number;
}

/** Rows at 0, 10, 20 … 90, and how often they were begun and ended. */
function counted(): {
  readonly begin: () => Promise<{ rows: AsyncGenerator<Row, void, undefined>; number: number }>;
} & {
  begun: number;
  ended: number;
} {
  const seen = {
    begun: 0,
    ended: 0,
    begin: async () => ({ rows: rows(), number: 0 }),
  };
  async function* rows(): AsyncGenerator<Row, void, undefined> {
    seen.begun += 1;
    try {
      for (let at = 0; at < 10; at += 1) yield { position: 10 * at };
    } finally {
      seen.ended += 1;
    }
  }
  return seen;
}

it('goes on where somebody stopped, with the number of each row', async () => {
  const file = counted();
  const kept = new KeptRows<Row>();
  const found: unknown[] = [];
  for (const positions of [[10, 30], [40], [20, 70]])
    for await (const { next, number } of kept.at(positions, file.begin)) found.push([next.position, number]);
  expect(found).toEqual([10, 30, 40, 20, 70].map((position) => [position, position / 10]));
  expect(file).toMatchObject({ begun: 2, ended: 0 });
  await kept.close();
  expect(file.ended).toBe(2);
});

it('ends the rows of a reader that gives up', async () => {
  const file = counted();
  const kept = new KeptRows<Row>();
  for await (const _ of kept.at([10, 30], file.begin)) break;
  expect(file).toMatchObject({ begun: 1, ended: 1 });
});
