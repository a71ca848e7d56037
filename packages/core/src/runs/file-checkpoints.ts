import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VsmError } from '../errors.ts';
import type { Endpoint } from '../plan/parts.ts';
import { writeDurably } from '../files/durable.ts';
import { Appender, readLines } from '../files/journal.ts';
import { parseKept, printKept as print, printRejected } from './kept.ts';
import {
  isRunEntry,
  sumPages,
  type CheckpointStore,
  type RejectedRecord,
  type RunEntry,
  type RunHeader,
  type RunLog,
  type RunSummary,
} from './log.ts';
import { lock, type Lock, type LockOptions } from '../files/lock.ts';

const PROGRESS = 'progress.jsonl';
const REJECTED = 'rejected.jsonl';
/** Which run moves which pair of collections, one small file a pair, so that nobody has to read all runs to know. */
const UNFINISHED = '.unfinished';

/** How one process at a time has a run: without a sign of life for `staleAfterSeconds`, or with `takeOver`, another takes it over. */
export type FileCheckpointOptions = Omit<LockOptions, 'what'>;

/**
 * Keeps each run in a folder of its own: `run.json` (plan and settings, with a hash), `progress.jsonl` (what is done),
 * `rejected.jsonl`, and a `lock` while a process has it. Appends are synced to disk, and `run.json` is renamed into place.
 */
export function fileCheckpoints(directory: string, options: FileCheckpointOptions = {}): CheckpointStore {
  const take = async (folder: string, runId: string, use: (held: Lock) => Promise<RunLog>): Promise<RunLog> => {
    const held = await lock(join(folder, 'lock'), { ...options, what: `Run "${runId}"` });
    try {
      return await use(held);
    } catch (error) {
      await held.release();
      throw error;
    }
  };
  const begin = async (folder: string, header: RunHeader): Promise<RunLog> => {
    await mkdir(folder, { recursive: true });
    return take(folder, header.runId, async (held) => {
      const text = print(header);
      await writeDurably(join(folder, 'run.json'), `{"hash":"${hashOf(text)}","header":${text}}\n`);
      await mkdir(join(directory, UNFINISHED), { recursive: true });
      const pair = pairName(header.plan.source, header.plan.target);
      await writeDurably(join(directory, UNFINISHED, pair), header.runId);
      return openLog(directory, header, [], held);
    });
  };
  return {
    async create(header) {
      const folder = join(directory, header.runId);
      return begin(folder, header).catch((cause: unknown) => {
        if (VsmError.isInstance(cause)) throw cause;
        throw new VsmError(
          'MIGRATION_FAILED',
          `The run cannot be remembered in ${folder}: ${(cause as Error).message}. ` +
            'Nothing was written to the target. Make room there, or name another folder for runs (--run-dir, or checkpoints).',
          { cause },
        );
      });
    },
    async open(runId) {
      const folder = join(directory, runId);
      const header = await readHeader(folder, runId);
      return take(folder, runId, async (held) => openLog(directory, header, await readEntries(folder), held));
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      const summaries: RunSummary[] = [];
      for (const name of names) {
        const summary = name.startsWith('.') ? undefined : await readSummary(join(directory, name), name);
        if (summary !== undefined) summaries.push(summary);
      }
      // Ids tell seconds only.
      const age = ({ startedAt, runId }: RunSummary): string => `${startedAt} ${runId}`;
      return summaries.toSorted((left, right) => (age(left) < age(right) ? -1 : 1));
    },
    async unfinished(from, to) {
      const runId = await readFile(join(directory, UNFINISHED, pairName(from, to)), 'utf8').catch(() => undefined);
      if (runId === undefined) return undefined;
      const summary = await readSummary(join(directory, runId), runId);
      return summary?.state === 'unfinished' ? runId : undefined;
    },
  };
}

/** Nothing where there is no run; a damaged one is not hidden. */
async function readSummary(folder: string, runId: string): Promise<RunSummary | undefined> {
  try {
    return summarize(await readHeader(folder, runId), await readEntries(folder));
  } catch (error) {
    if (!VsmError.isInstance(error)) throw error;
    if (error.code === 'NOT_FOUND') return undefined;
    const unknown = { source: '', target: '', vectorsWritten: 0, vectorsRejected: 0 };
    return { ...unknown, runId, startedAt: '', state: 'damaged' };
  }
}

/** One file name for a pair of collections, or of parts of them. */
function pairName(from: Endpoint, to: Endpoint): string {
  return hashOf(
    print([from, to].map(({ location, collection, scope }) => [location, collection, scope?.path, scope?.value])),
  );
}

function summarize({ runId, startedAt, plan, annotations }: RunHeader, entries: readonly RunEntry[]): RunSummary {
  const { written, rejected } = sumPages(entries);
  const finished = entries.findLast((entry) => entry.type === 'finished');
  const superseded = entries.some((entry) => entry.type === 'superseded');
  return {
    runId,
    startedAt,
    source: `${plan.source.location} ${plan.source.collection}`,
    target: `${plan.target.location} ${plan.target.collection}`,
    state: superseded
      ? 'superseded'
      : finished === undefined
        ? 'unfinished'
        : finished.success
          ? 'done'
          : 'differences',
    vectorsWritten: written,
    vectorsRejected: rejected,
    annotations,
  };
}

async function openLog(
  directory: string,
  header: RunHeader,
  entries: readonly RunEntry[],
  held: Lock,
): Promise<RunLog> {
  const folder = join(directory, header.runId);
  const progress = await Appender.open(join(folder, PROGRESS), () => held.check());
  const rejected = await Appender.open(join(folder, REJECTED), () => held.check());
  return {
    header,
    entries,
    async append(entry, records = []) {
      if (records.length === 0) {
        await progress.append([print(entry)]);
        if (entry.type === 'finished' || entry.type === 'superseded') await forget(directory, header);
        return;
      }
      // Rejected records count from the moment on at which the line of their page names them.
      const page = randomUUID();
      await rejected.append(records.map((record) => printRejected(record, page)));
      await progress.append([print({ ...entry, page })]);
    },
    readRejected: () => readRejected(folder),
    async close() {
      await progress.close();
      await rejected.close();
      await held.release();
    },
  };
}

/** Takes the run out of those that are not finished, unless another one took its place there. */
async function forget(directory: string, { runId, plan }: RunHeader): Promise<void> {
  const path = join(directory, UNFINISHED, pairName(plan.source, plan.target));
  const noted = await readFile(path, 'utf8').catch(() => undefined);
  if (noted === runId) await rm(path, { force: true });
}

async function readHeader(folder: string, runId: string): Promise<RunHeader> {
  let text: string;
  try {
    text = await readFile(join(folder, 'run.json'), 'utf8');
  } catch (cause) {
    if (existsSync(join(folder, PROGRESS))) throw damaged(runId, folder, cause);
    throw new VsmError('NOT_FOUND', `There is no run "${runId}" in ${folder}. Runs are listed by: vsm runs`, { cause });
  }
  const [, hash, header] = /^\{"hash":"([0-9a-f]+)","header":(.*)\}\n$/s.exec(text) ?? [];
  if (header === undefined || hash !== hashOf(header)) throw damaged(runId, folder);
  return parseKept(header) as RunHeader;
}

function damaged(runId: string, folder: string, cause?: unknown): VsmError {
  return new VsmError(
    'INVALID_DATA',
    `The plan of run "${runId}" is missing, damaged or was changed since it began (${folder}/run.json). Start a new run.`,
    { cause },
  );
}

async function readEntries(folder: string): Promise<RunEntry[]> {
  const entries: RunEntry[] = [];
  for await (const entry of readLines<unknown>(join(folder, PROGRESS))) {
    if (!isRunEntry(entry)) {
      throw new VsmError(
        'INVALID_DATA',
        `${join(folder, PROGRESS)}, line ${entries.length + 1} is no step of a run. The run cannot be resumed from it.`,
      );
    }
    entries.push(entry);
  }
  return entries;
}

async function* readRejected(folder: string): AsyncGenerator<RejectedRecord, void, void> {
  const done = new Set<string>();
  for await (const { page } of readLines<{ readonly page?: string }>(join(folder, PROGRESS))) {
    if (page !== undefined) done.add(page);
  }
  for await (const { page, ...kept } of readLines<RejectedRecord & { readonly page: string }>(join(folder, REJECTED))) {
    if (done.has(page)) yield kept;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
