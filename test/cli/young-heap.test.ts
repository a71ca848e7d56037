import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { testEnvironment } from './process.ts';

const youngHeap = new URL('../../packages/cli/src/young-heap.ts', import.meta.url).href;

/** Records that outlive some collections, as those of a page do, in so many steps of the event loop. */
const SURVIVORS = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const { boundYoungHeap } = await import(${JSON.stringify(youngHeap)});
  boundYoungHeap();
  let kept = [];
  for (let at = 0; at < 9000; at += 1) {
    kept.push(Array.from({ length: 1536 }, (_, part) => at + part / 7));
    if (kept.length > 800) kept = kept.slice(400);
    if (at % 100 === 0) await new Promise(setImmediate);
  }
  console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
`;

async function youngBytes(flags: readonly string[]): Promise<number> {
  const words = [...flags, '--input-type=module', '--eval', SURVIVORS];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: testEnvironment });
  return Number(stdout);
}

it('the young generation of the heap does not grow with the records in flight', async () => {
  expect(await youngBytes([])).toBeLessThanOrEqual(16 * 2 ** 20);
});

it('the young generation of the heap grows as far as Node was told', async () => {
  expect(await youngBytes(['--max-semi-space-size=32'])).toBeGreaterThan(16 * 2 ** 20);
});
