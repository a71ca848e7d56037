import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson, stringifyJson } from '../json/json.ts';
import { VsmError } from '../errors.ts';
import type { MetadataValue } from '../spec/record.ts';
import { writeDurably } from '../files/durable.ts';
import { Appender, readLines } from '../files/journal.ts';
import {
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
  return {
    async create(header) {
      const folder = join(directory, header.runId);
      await mkdir(folder, { recursive: true });
      return take(folder, header.runId, async (held) => {
        const text = print(header);
        await writeDurably(join(folder, 'run.json'), `{"hash":"${hashOf(text)}","header":${text}}\n`);
        return openLog(folder, header, [], held);
      });
    },
    async open(runId) {
      const folder = join(directory, runId);
      const header = await readHeader(folder, runId);
      return take(folder, runId, async (held) => openLog(folder, header, await readEntries(folder), held));
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      const summaries: RunSummary[] = [];
      for (const name of names.toSorted((left, right) => (left < right ? -1 : 1))) {
        const header = await readHeader(join(directory, name), name).catch(() => undefined);
        if (header === undefined) continue;
        summaries.push(summarize(header, await readEntries(join(directory, name))));
      }
      return summaries;
    },
  };
}

function summarize({ runId, startedAt, plan, annotations }: RunHeader, entries: readonly RunEntry[]): RunSummary {
  const { written, rejected } = sumPages(entries);
  const finished = entries.find((entry) => entry.type === 'finished');
  return {
    runId,
    startedAt,
    source: `${plan.source.location} ${plan.source.collection}`,
    target: `${plan.target.location} ${plan.target.collection}`,
    state: finished === undefined ? 'unfinished' : finished.success ? 'done' : 'differences',
    vectorsWritten: written,
    vectorsRejected: rejected,
    annotations,
  };
}

async function openLog(folder: string, header: RunHeader, entries: readonly RunEntry[], held: Lock): Promise<RunLog> {
  const progress = await Appender.open(join(folder, PROGRESS), () => held.check());
  const rejected = await Appender.open(join(folder, REJECTED), () => held.check());
  return {
    header,
    entries,
    append: (entry) => progress.append([print(entry)]),
    keepRejected: (records) => rejected.append(records.map(printRejected)),
    readRejected: () => readLines<RejectedRecord>(join(folder, REJECTED)),
    async close() {
      await progress.close();
      await rejected.close();
      await held.release();
    },
  };
}

async function readHeader(folder: string, runId: string): Promise<RunHeader> {
  let text: string;
  try {
    text = await readFile(join(folder, 'run.json'), 'utf8');
  } catch (cause) {
    throw new VsmError('NOT_FOUND', `There is no run "${runId}" in ${folder}. Runs are listed by: vsm runs`, { cause });
  }
  const [, hash, header] = /^\{"hash":"([0-9a-f]+)","header":(.*)\}\n$/s.exec(text) ?? [];
  if (header === undefined || hash !== hashOf(header)) {
    throw new VsmError(
      'INVALID_DATA',
      `The plan of run "${runId}" was changed since it began (${folder}/run.json). Start a new run.`,
    );
  }
  return parseJson(header) as unknown as RunHeader;
}

async function readEntries(folder: string): Promise<RunEntry[]> {
  const entries: RunEntry[] = [];
  for await (const entry of readLines<RunEntry>(join(folder, PROGRESS))) entries.push(entry);
  return entries;
}

/** Vectors as plain lists: JSON has no typed arrays. */
function printRejected({ rejection, record, unformed }: RejectedRecord): string {
  const vectors = JSON.parse(
    JSON.stringify(record.vectors, (_key, value: unknown) =>
      value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value,
    ),
  ) as MetadataValue;
  return print({ rejection, record: { ...record, vectors }, unformed });
}

function print(value: object): string {
  return stringifyJson(withoutUndefined(value) as MetadataValue);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, withoutUndefined(item)]])),
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
