// How much faster are several processes of one machine than one? Stores that make records up and throw them away show what the CPU
// gives; the same with 50 ms a call, what waiting gives. Rounds in turn, medians; ends with 1 where a goal is missed.
// Beside the wall it tells what CPU says, which holds on a machine with other work too: the copy cannot be faster than its processes are on
// average, or than their parent, which keeps the queue and watches the ledger. That decides nothing: the goals are of the wall.
//   npm run bench:processes [-- --rounds 3]
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLedger, startRun, workInProcesses } from '@vsm/distributed';
import { memoryQueue } from '@vsm/distributed/memory';
import { storesOf, type Share } from './processes/share.ts';

const CHILD = fileURLToPath(new URL('./processes/child.ts', import.meta.url));

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });

interface Case {
  readonly title: string;
  readonly records: number;
  readonly latencyMs: number;
  readonly processes: number;
  readonly least: number;
}

const CASES: readonly Case[] = [
  // So many that what each process compiles for itself, about 0.4 s, is little beside it.
  { title: 'generating → discarding', records: 2_000_000, latencyMs: 0, processes: 2, least: 1.8 },
  { title: 'the same, 50 ms a call', records: 400_000, latencyMs: 50, processes: 4, least: 3.5 },
];

interface Measured {
  /** Of the copy, which begins when the target is ready. */
  readonly perSecond: number;
  /** Of a process on average, without its start: how evenly they share is up to who else wants the cores. */
  readonly cpuSeconds: number;
  readonly parentSeconds: number;
}

async function measure({ records, latencyMs }: Case, processes: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-processes-'));
  const share: Share = { ledger: `sqlite:${join(folder, 'ledger')}`, runId: '', records, latencyMs, processes };
  const ledger = await openLedger(share.ledger);
  const queue = memoryQueue();
  const parts = 16 * processes;
  const asked = { ...storesOf(share), sourceCollection: 'docs', validate: false, parts } as const;
  const { runId } = await startRun({ ...asked, ledger, queue });
  const used: number[] = [];
  const start = (): ChildProcess => {
    const child = fork(CHILD, { execArgv: process.execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
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
  return {
    perSecond: (1000 * records) / (at('finished') - at('begun')),
    cpuSeconds: used.reduce((sum, one) => sum + one, 0) / used.length,
    parentSeconds: (user + system) / 1e6,
  };
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

let met = 0;
for (const one of CASES) {
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
    console.log(`${one.title}: ${speeds}: ${ratio.toFixed(2)}; ${cpu}, ${parents}`);
  }
  const ratio = median(ratios);
  const holds = ratio >= one.least;
  if (holds) met += 1;
  const could = `by CPU it could be ${median(byCpu).toFixed(2)}`;
  console.log(`${holds ? 'holds ' : 'MISSED'} ${one.title}: ${ratio.toFixed(2)} (at least ${one.least}); ${could}`);
}
console.log(`${met} of ${CASES.length} goals hold`);
process.exitCode = met === CASES.length ? 0 : 1;
