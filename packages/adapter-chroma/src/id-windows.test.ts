import { describe, expect, it } from 'vitest';
import { createIdWindows } from './id-windows.ts';

const ids = Array.from({ length: 95 }, (_, index) => `id-${index}`);

describe('windows of ids', () => {
  const counting = (): { asked: number[]; windows: ReturnType<typeof createIdWindows> } => {
    const asked: number[] = [];
    const windows = createIdWindows(async (offset, limit) => {
      asked.push(offset);
      return ids.slice(offset, offset + limit);
    }, 20);
    return { asked, windows };
  };

  it('give the ids behind the first window, each listed once', async () => {
    const { asked, windows } = counting();
    expect(await windows.at(0, 7)).toBeUndefined();
    expect(await windows.at(19, 7)).toBeUndefined();
    const found: string[] = [];
    for (let offset = 20; ;) {
      const some = await windows.at(offset, 7);
      if (some === undefined) break;
      found.push(...some);
      offset += some.length;
    }
    expect(found).toStrictEqual(ids.slice(20));
    expect(asked).toStrictEqual([20, 40, 60, 80]);
  });

  it('leave the end to the server, which may have more by now', async () => {
    const { windows } = counting();
    expect(await windows.at(95, 7)).toBeUndefined();
    expect(await windows.at(400, 7)).toBeUndefined();
  });

  it('list again what failed', async () => {
    let tries = 0;
    const windows = createIdWindows(async (offset) => {
      tries += 1;
      if (tries === 1) throw new Error('busy');
      return ids.slice(offset, offset + 20);
    }, 20);
    await expect(windows.at(25, 2)).rejects.toThrow('busy');
    expect(await windows.at(25, 2)).toStrictEqual(['id-25', 'id-26']);
  });

  it('forget the oldest', async () => {
    const asked: number[] = [];
    const many = createIdWindows(async (offset) => {
      asked.push(offset);
      return [`id-${offset}`];
    }, 1);
    for (let offset = 1; offset <= 9; offset += 1) await many.at(offset, 1);
    await many.at(9, 1);
    await many.at(1, 1);
    expect(asked).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
  });
});
