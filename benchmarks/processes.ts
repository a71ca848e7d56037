// How much faster are several processes of one machine than one? Stores that make records up and throw them away show what the CPU
// gives; the same with 50 ms a call, what waiting gives. Rounds in turn, medians; ends with 1 where a goal is missed.
// Beside the wall it tells what CPU says, which holds on a machine with other work too: the copy cannot be faster than its processes are on
// average, or than their parent, which keeps the queue and watches the ledger. That decides nothing: the goals are of the wall.
//   npm run bench:processes [-- --rounds 3] [--only 1,2]
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLedger, startRun, workInProcesses } from '@vsm/distributed';
import { memoryQueue } from '@vsm/distributed/memory';
import { storesOf, type Share } from './processes/share.ts';

const CHILD = fileURLToPath(new URL('./processes/child.ts', import.meta.url));

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } } });

interface Case {
  readonly title: string;
  readonly records: number;
  readonly latencyMs: number;
  /** Of a page. */
  readonly batchSize: number;
  readonly processes: number;
  /** Absent where the figure is for information. */
  readonly least?: number;
}

const CASES: readonly Case[] = [
  // So many that what each process compiles for itself, about 0.4 s, is little beside it.
  { title: 'generating → discarding', records: 2_000_000, latencyMs: 0, batchSize: 1000, processes: 2, least: 1.8 },
  // Pages such as services take, so that waiting is what one process does most of the time.
  { title: '50 ms a call, pages of 250', records: 1_000_000, latencyMs: 50, batchSize: 250, processes: 4, least: 3.5 },
  // Four processes want more CPU for these than two cores have.
  { title: '50 ms a call, pages of 1,000', records: 400_000, latencyMs: 50, batchSize: 1000, processes: 4 },
];

interface Measured {
  /** Of the copy, which begins when the target is ready. */
  readonly perSecond: number;
  /** Of a process on average, without its start: how evenly they share is up to who else wants the cores. */
  readonly cpuSeconds: number;
  readonly parentSeconds: number;
  /** Of the time that the cores had meanwhile, what the processes took of it. */
  readonly busy: number;
}

async function measure({ records, latencyMs, batchSize }: Case, processes: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-processes-'));
  const share: Share = { ledger: `sqlite:${join(folder, 'ledger')}`, runId: '', records, latencyMs, processes };
  const ledger = await openLedger(share.ledger);
  const queue = memoryQueue();
  const parts = 16 * processes;
  const asked = { ...storesOf(share), sourceCollection: 'docs', validate: false, parts, batchSize } as const;
  const { runId } = await startRun({ ...asked, ledger, queue });
  const used: number[] = [];
  const start = (): ChildProcess => {
    // As the command line starts them.
    const alone = processes < availableParallelism() ? [] : ['--single-threaded-gc'];
    const child = fork(CHILD, {
      execArgv: [...process.execArgv, ...alone],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child.send({ ...share, runId });
    child.stdout?.on('data', (printed: Buffer) => used.push(Number(printed.toString())));
    return child;
  };
  const before = process.cpuUsage();
  await workInProcesses({ ledger, queue, runId, processes, start });
  const { user, system } = process.cpuUsage(before);
  const facts = await ledger.facts(runId);
  const at = (name: string): number => (facts.get(name) as { readonly now: number }).now;
  await Promise.all([queue.close(), ledger.close()]);
  rmSync(folder, { recursive: true });
  const seconds = (at('finished') - at('begun')) / 1000;
  const cpuSeconds = used.reduce((sum, one) => sum + one, 0);
  const parentSeconds = (user + system) / 1e6;
  return {
    perSecond: records / seconds,
    cpuSeconds: cpuSeconds / used.length,
    parentSeconds,
    busy: (cpuSeconds + parentSeconds) / (seconds * availableParallelism()),
  };
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const cases = CASES.filter((_, at) => values.only === undefined || values.only.split(',').includes(String(at + 1)));
let [met, asked] = [0, 0];
for (const one of cases) {
  const ratios: number[] = [];
  const byCpu: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const alone = await measure(one, 1);
    const together = await measure(one, one.processes);
    const ratio = together.perSecond / alone.perSecond;
    ratios.push(ratio);
    byCpu.push(alone.cpuSeconds / Math.max(together.cpuSeconds, together.parentSeconds));
    const speeds = `${alone.perSecond.toFixed(0)} records/s in one process, ${together.perSecond.toFixed(0)} in ${one.processes}`;
    const cpu = `${alone.cpuSeconds.toFixed(2)} and ${together.cpuSeconds.toFixed(2)} CPU seconds a process`;
    const parents = `${alone.parentSeconds.toFixed(2)} and ${together.parentSeconds.toFixed(2)} in the parent`;
    const busy = `${(100 * together.busy).toFixed(0)} % of the cores' time`;
    console.log(`${one.title}: ${speeds}: ${ratio.toFixed(2)}; ${cpu}, ${parents}, ${busy}`);
  }
  const ratio = median(ratios);
  const found = `${one.title}: ${ratio.toFixed(2)}`;
  const could = `by CPU it could be ${median(byCpu).toFixed(2)}`;
  if (one.least === undefined) {
    console.log(`for information ${found}; ${could}`);
    continue;
  }
  asked += 1;
  const holds = ratio >= one.least;
  if (holds) met += 1;
  console.log(`${holds ? 'holds ' : 'MISSED'} ${found} (at least ${one.least}); ${could}`);
}
console.log(`${met} of ${asked} goals hold`);
process.exitCode = met === asked ? 0 : 1;
