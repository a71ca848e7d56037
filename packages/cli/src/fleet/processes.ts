import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError, VsmError, type VectorStoreV1 } from '@vsm/core';
import type { ChildMessage, ChildTask } from './child-task.ts';

/** How a run is shared by processes of this machine. */
export interface Processes {
  readonly count: number;
  /** Of the ledger, for those who open it as well. */
  readonly ledger: string;
  /** Locations as they were typed, of which each opens what the run needs. They go over a channel, where no list of processes shows them. */
  readonly words: readonly string[];
  readonly config: string | undefined;
  /** Parts that each reads and writes at once. */
  readonly slots?: number | undefined;
  /** Over all of them together. */
  readonly maxBytesInFlight?: number | undefined;
}

/** Where the runs of a folder are that several processes shared. */
export const ledgerOfFolder = (folder: string): string => `sqlite:${join(folder, 'processes.sqlite')}`;

const SLOTS = 4;
const BYTES_IN_FLIGHT = 64 * 1024 * 1024;

/** @throws ValidationError for what is no number of processes */
export function processesOf(text: string | undefined): number | 'auto' {
  if (text === undefined) return 1;
  if (text === 'auto') return text;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new ValidationError(`--processes is a whole number of at least 1, or auto, but is ${text}.`);
}

type Ends = Readonly<Record<'source' | 'target', Pick<VectorStoreV1, 'location'>>>;

/**
 * How many processes may work between these stores: one where a store is opened by one process at a time.
 * @throws VsmError `INVALID_OPTIONS` where a number was asked for that cannot be
 */
export function processesFor(asked: number | 'auto', ends: readonly Ends[]): number {
  const alone = ends
    .flatMap(({ source, target }) => [
      ...(/^(?:memory|pglite):/.test(source.location) ? [source.location] : []),
      ...(/^(?:memory|pglite|file|folder|lancedb|sqlite):/.test(target.location) ? [target.location] : []),
    ])
    .at(0);
  if (alone === undefined) return asked === 'auto' ? availableParallelism() : asked;
  if (asked === 'auto' || asked === 1) return 1;
  throw new VsmError(
    'INVALID_OPTIONS',
    `--processes ${asked}: ${alone} is for one process at a time. Leave --processes out, or say --processes auto.`,
  );
}

/** Where every core has a process, threads that collect garbage beside it only take turns with the others: one thread takes less for it. */
function heapFlags(count: number): readonly string[] {
  return count < availableParallelism() ? [] : ['--single-threaded-gc'];
}

/** Starts one of them. */
export function startProcess(
  { count, ledger, words, config, slots = SLOTS, maxBytesInFlight = BYTES_IN_FLIGHT }: Processes,
  runId: string,
  note: (text: string) => void,
): ChildProcess {
  const file = fileURLToPath(new URL(`child${extname(import.meta.url)}`, import.meta.url));
  const execArgv = [...process.execArgv, ...heapFlags(count)];
  const child = fork(file, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.on('message', (message: ChildMessage) => {
    if ('note' in message) note(message.note);
  });
  const task: ChildTask = { task: { runId, ledger, words, config, slots, maxBytesInFlight: maxBytesInFlight / count } };
  child.send(task, () => undefined);
  return child;
}
