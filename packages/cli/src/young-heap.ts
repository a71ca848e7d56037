import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of it. */
const ENOUGH_BYTES = 16 * 2 ** 20;

/**
 * Ends the growth of the young generation of the heap. Pages of records outlive some collections, which V8 takes for a reason to double it up
 * to 64 MiB or more; collections do not become cheaper by that. Who gave its size to Node has it.
 */
export function boundYoungHeap(): void {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((words) => words.includes('semi-space'))) return;
  const observer = new PerformanceObserver(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (space === undefined || space.space_size < ENOUGH_BYTES) return;
    // V8 asks for it whenever it grows, unlike for the largest size, which it asks for once.
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}
