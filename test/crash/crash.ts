import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  VectorStoreMigrator,
  type CollectionDescription,
  type VerificationReport,
  type VectorStoreV1,
} from '@vsm/core';
import { endsOf, type Pair } from './pairs.ts';
import { change, fill, type Moment } from './records.ts';

export interface CrashReport {
  /** Processes that were killed before they could finish. */
  readonly kills: number;
  /** Whether a migration of this pair comes to the moment: a store that is written to at once has nothing to finish. */
  readonly hasMoment: boolean;
  readonly verification: VerificationReport;
  readonly description: CollectionDescription;
}

interface Plan {
  readonly pair: Pair;
  readonly moment: Moment;
  readonly records: number;
  readonly kills: number;
  readonly onKill?: ((afterMs: number) => void) | undefined;
}

/** A process that is killed so long after it said a word, or after it began. */
interface Kill {
  readonly after: string | undefined;
  readonly ms: number;
}

const child = fileURLToPath(new URL('child.ts', import.meta.url));

/** The word of the child from which on it is killed. */
const SIGNS: Readonly<Record<Moment, string | undefined>> = {
  any: undefined,
  syncing: 'copying',
  finishing: 'finishing',
  verifying: 'verifying',
};

/** Migrates with a process that is killed `kills` times at a moment, and verifies what the last one left. */
export async function crashAndResume({ pair, moment, records, kills, onKill }: Plan): Promise<CrashReport> {
  const home = await mkdtemp(join(tmpdir(), 'vsm-crash-'));
  const folder = join(home, 'target');
  const ends = endsOf(pair);
  const server = await ends.start?.();
  const url = server?.url ?? '';
  const run = (kill: Kill | undefined, at: Moment = moment): Promise<Ended> => runProcess([pair, url, home, at], kill);
  const opened = async <Result>(
    work: (stores: { readonly source: VectorStoreV1; readonly target: VectorStoreV1 }) => Promise<Result>,
  ): Promise<Result> => {
    const stores = { source: ends.source(url, home), target: ends.target(folder, url) };
    try {
      return await work(stores);
    } finally {
      await Promise.all([stores.source.close(), stores.target.close()]);
    }
  };
  const begin = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await opened(async ({ source, target }) => {
      for (const store of [source, target]) await store.dropCollection?.('docs');
      await fill(source, records);
    });
    if (moment !== 'syncing') return;
    if (!(await run(undefined, 'any')).done) throw new Error('the migration before the synchronisation did not finish');
    await opened(({ source }) => change(source, records));
  };
  try {
    await begin();
    let killed = 0;
    // Of a migration that was not killed yet.
    let isWhole = true;
    let hasMoment = true;
    // A window that grows until processes finish: the kills spread over starting, copying, indexing and finishing.
    let window = moment === 'any' ? 1500 : 300;
    while (killed < kills && hasMoment) {
      const ms = (moment === 'any' ? 200 : 0) + Math.random() * window;
      const { done, heard } = await run({ after: SIGNS[moment], ms });
      if (!done) {
        killed += 1;
        isWhole = false;
        onKill?.(ms);
        continue;
      }
      hasMoment = heard || !isWhole;
      // Done before the kill: what is left is killing a process that has nothing to do, or starting over with a shorter window.
      await begin();
      isWhole = true;
      window = Math.max(moment === 'any' ? 300 : 10, window * 0.7);
    }
    if (!(await run(undefined)).done) throw new Error('the last process did not finish');
    return await opened(async ({ source, target }) => {
      const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
      const verification = await migrator.verify({ sourceCollection: 'docs' });
      return {
        kills: killed,
        hasMoment,
        verification,
        description: await (await target.openCollection('docs')).describe(),
      };
    });
  } finally {
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  }
}

interface Ended {
  readonly done: boolean;
  /** Whether it said the word from which on it is killed. */
  readonly heard: boolean;
}

/** Runs one process, which is killed unless it is done by then. */
async function runProcess(words: readonly string[], kill: Kill | undefined): Promise<Ended> {
  const running = spawn(process.execPath, ['--conditions=@vsm/source', child, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const isHeard = (): boolean => kill?.after === undefined || output.split('\n').includes(kill.after);
  const heard = Promise.withResolvers<void>();
  if (kill?.after === undefined) heard.resolve();
  running.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (isHeard()) heard.resolve();
  });
  running.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    running.once('close', () => resolve());
  });
  const timer = new AbortController();
  const killing =
    kill === undefined
      ? undefined
      : heard.promise
          .then(() => delay(kill.ms, undefined, { signal: timer.signal }))
          .then(() => running.kill('SIGKILL'));
  killing?.catch(() => undefined);
  await ended;
  timer.abort();
  if (output.includes('ended well')) return { done: true, heard: isHeard() };
  if (running.signalCode === 'SIGKILL') return { done: false, heard: isHeard() };
  throw new Error(`the process ended by itself: ${output}`);
}
