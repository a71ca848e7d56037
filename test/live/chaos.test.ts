import { expect, test } from 'vitest';
import { chaos } from './chaos.ts';

// `npm run test:live` kills more, and moves to and from a real Postgres.
test('an application and a move whose processes are killed and stopped lose no write that was acknowledged', async () => {
  const report = await chaos({ pair: 'chroma-qdrant', seed: 1, kills: 5, backFrom: ['canary', 'switched'] });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBeGreaterThanOrEqual(5);
  expect(report.left.get('switched')).toBeGreaterThan(0);
  expect(report.found).toBeGreaterThan(0);
  expect(report.acknowledged).toBeGreaterThan(0);
}, 600_000);
