import { expect, it } from 'vitest';
import { killOften } from './kills.ts';

it('every kept snapshot is whole after 50 kills of backups, restores and prunes', async () => {
  const { kills, steps } = await killOften(50);
  expect(kills).toBe(50);
  for (const at of Object.values(steps)) expect(at.size).toBeGreaterThan(5);
}, 3_600_000);
