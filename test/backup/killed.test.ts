import { expect, it } from 'vitest';
import { killOften } from './kills.ts';

it('every kept snapshot is whole after backups, restores and prunes were killed', async () => {
  expect((await killOften(3)).kills).toBe(3);
});
