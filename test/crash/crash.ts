import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  VectorStoreMigrator,
  type CollectionDescription,
  type VectorRecord,
  type VerificationReport,
  type VectorStoreV1,
} from '@vsm/core';
import { endsOf, type Pair } from './pairs.ts';

export interface CrashReport {
  /** Processes that were killed before they could finish. */
  readonly kills: number;
  readonly verification: VerificationReport;
  readonly description: CollectionDescription;
}

const DIMENSION = 64;
const child = fileURLToPath(new URL('child.ts', import.meta.url));

/** Migrates with a process that is killed `kills` times at random moments, and verifies what the last one left. */
export async function crashAndResume(
  pair: Pair,
  records: number,
  kills: number,
  onKill?: (afterMs: number) => void,
): Promise<CrashReport> {
  const home = await mkdtemp(join(tmpdir(), 'vsm-crash-'));
  const folder = join(home, 'target');
  await mkdir(folder);
  const ends = endsOf(pair);
  const server = await ends.start?.();
  const place = server?.url ?? home;
  try {
    const source = ends.source(place);
    await fill(source, records);
    let killed = 0;
    // A window that grows until processes finish: the kills spread over starting, copying, indexing and finishing.
    let window = 1500;
    while (killed < kills) {
      const after = 200 + Math.random() * window;
      const finished = await runProcess(pair, place, folder, after);
      if (!finished) {
        killed += 1;
        onKill?.(after);
        continue;
      }
      // Done before the kill: what is left is killing a process that has nothing to do, or starting over with a shorter window.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      window = Math.max(300, window * 0.7);
    }
    if (!(await runProcess(pair, place, folder, undefined))) throw new Error('the last process did not finish');
    const target = ends.target(folder);
    try {
      const verification = await new VectorStoreMigrator({ source, target, checkpoints: false }).verify({
        sourceCollection: 'docs',
      });
      const description = await (await target.openCollection('docs')).describe();
      return { kills: killed, verification, description };
    } finally {
      await Promise.all([source.close(), target.close()]);
    }
  } finally {
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs one process, which is killed after `killAfterMs` unless it is done by then. @returns whether it was done */
async function runProcess(
  pair: Pair,
  place: string,
  folder: string,
  killAfterMs: number | undefined,
): Promise<boolean> {
  const running = spawn(process.execPath, ['--conditions=@vsm/source', child, pair, place, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  running.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    running.once('exit', () => resolve());
  });
  const timer = new AbortController();
  const kill =
    killAfterMs === undefined
      ? undefined
      : delay(killAfterMs, undefined, { signal: timer.signal }).then(() => running.kill('SIGKILL'));
  await ended;
  timer.abort();
  await kill?.catch(() => undefined);
  if (output.includes('done')) return true;
  if (running.signalCode === 'SIGKILL') return false;
  throw new Error(`the process ended by itself: ${output}`);
}

async function fill(store: VectorStoreV1, count: number): Promise<void> {
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } },
  });
  const collection = await store.openCollection('docs');
  for (let start = 0; start < count; start += 1000) {
    const page = Array.from({ length: Math.min(1000, count - start) }, (_, offset): VectorRecord => {
      const index = start + offset;
      return {
        id: String(index),
        vectors: { '': Float32Array.from({ length: DIMENSION }, (_component, at) => Math.sin(index * DIMENSION + at)) },
        metadata: { index, even: index % 2 === 0, name: `record ${index}` },
        document: `text of ${index}`,
      };
    });
    await collection.upsert(page);
  }
  await collection.flush?.();
}
