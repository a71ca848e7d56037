import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseJson, stringifyJson } from '../adapter/json.ts';
import { MigrationError, VsmError } from '../errors.ts';
import type { MetadataValue } from '../record.ts';
import {
  sumPages,
  type CheckpointStore,
  type RejectedRecord,
  type RunEntry,
  type RunHeader,
  type RunLog,
  type RunSummary,
} from './run-log.ts';

/**
 * Keeps each run in a folder of its own: `run.json` (plan and settings, with a hash), `progress.jsonl` (what is done),
 * `rejected.jsonl`, and a `lock` while a process has it. Appends are synced to disk, and `run.json` is renamed into place.
 */
export function fileCheckpoints(directory: string): CheckpointStore {
  return {
    async create(header) {
      const folder = join(directory, header.runId);
      await mkdir(folder, { recursive: true });
      const release = await lock(folder, header.runId);
      const text = print(header);
      await writeDurably(folder, 'run.json', `{"hash":"${hashOf(text)}","header":${text}}\n`);
      return openLog(folder, header, [], release);
    },
    async open(runId) {
      const folder = join(directory, runId);
      const header = await readHeader(folder, runId);
      const release = await lock(folder, runId);
      try {
        const entries = await readLines<RunEntry>(join(folder, 'progress.jsonl'), true);
        return await openLog(folder, header, entries, release);
      } catch (error) {
        await release();
        throw error;
      }
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      const summaries: RunSummary[] = [];
      for (const name of names.toSorted((left, right) => (left < right ? -1 : 1))) {
        const header = await readHeader(join(directory, name), name).catch(() => undefined);
        if (header === undefined) continue;
        summaries.push(summarize(header, await readLines<RunEntry>(join(directory, name, 'progress.jsonl'), false)));
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

async function openLog(
  folder: string,
  header: RunHeader,
  entries: readonly RunEntry[],
  release: () => Promise<void>,
): Promise<RunLog> {
  const progress = await Appender.open(join(folder, 'progress.jsonl'));
  const rejected = await Appender.open(join(folder, 'rejected.jsonl'));
  return {
    header,
    entries,
    append: (entry) => progress.append([print(entry)]),
    keepRejected: (records) => rejected.append(records.map(printRejected)),
    readRejected: () => readRejectedFile(join(folder, 'rejected.jsonl')),
    async close() {
      await progress.close();
      await rejected.close();
      await release();
    },
  };
}

/** Appends lines and syncs them; lines that come while a sync is under way share the next one. */
class Appender {
  readonly #file: FileHandle;
  readonly #path: string;
  #waiting: string[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async open(path: string): Promise<Appender> {
    return new Appender(await open(path, 'a'), path);
  }

  async append(lines: readonly string[]): Promise<void> {
    this.#waiting.push(...lines);
    // Whoever comes while a flush is under way waits for the one after it, which takes their lines along.
    await this.#flushing?.catch(() => undefined);
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length === 0) return;
    try {
      await this.#file.appendFile(`${lines.join('\n')}\n`);
      await this.#file.datasync();
    } catch (cause) {
      throw new MigrationError(
        `The checkpoint ${this.#path} cannot be written: ${(cause as Error).message}. ` +
          'Nothing is lost: make room or choose another run directory, and resume.',
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }
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

/** One process a run. A lock whose process is gone is taken over. */
async function lock(folder: string, runId: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const release = (): Promise<void> => rm(path, { force: true });
  if (await claim(path)) return release;
  refuseHeld(await readFile(path, 'utf8').catch(() => ''), path, runId);
  // Of two processes that found the same dead lock, only one may remove it: the other could remove the first one's new lock.
  const takeover = `${path}.takeover`;
  if (await claim(takeover)) {
    try {
      refuseHeld(await readFile(path, 'utf8').catch(() => ''), path, runId);
      await release();
      if (await claim(path)) return release;
    } finally {
      await rm(takeover, { force: true });
    }
  } else refuseHeld(await readFile(takeover, 'utf8').catch(() => ''), takeover, runId);
  throw new VsmError(
    'CONFLICT',
    `Run "${runId}" is being taken up by another process. If there is none, delete ${takeover}.`,
  );
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** @throws VsmError `CONFLICT` where the process that wrote the lock may still be there */
function refuseHeld(holder: string, path: string, runId: string): void {
  const [host = '', pid = ''] = holder.split(' ');
  if (holder !== '' && host === hostname() && !isAlive(Number(pid))) return;
  // A lock without text was just made, or its process died before it could write its name.
  const who = holder === '' ? 'another process' : `process ${pid} on ${host}`;
  throw new VsmError('CONFLICT', `Run "${runId}" is in use by ${who}. If that is gone, delete ${path}.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `${name}.tmp`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
  const directory = await open(folder, 'r');
  // The rename itself must survive too.
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Lines of JSON. A last line without its end was torn by a crash: it is not there, and with `repair` it is cut off. */
async function readLines<Line>(path: string, repair: boolean): Promise<Line[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const end = text.lastIndexOf('\n') + 1;
  if (repair && end < text.length) {
    const file = await open(path, 'r+');
    try {
      await file.truncate(Buffer.byteLength(text.slice(0, end)));
    } finally {
      await file.close();
    }
  }
  return text
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return parseJson(line) as unknown as Line;
      } catch (cause) {
        throw new VsmError(
          'INVALID_DATA',
          `${path}, line ${index + 1} is not JSON. The run cannot be resumed from it.`,
          { cause },
        );
      }
    });
}

/** Vectors as plain lists: JSON has no typed arrays. */
function printRejected({ rejection, record }: RejectedRecord): string {
  const vectors = JSON.parse(
    JSON.stringify(record.vectors, (_key, value: unknown) =>
      value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value,
    ),
  ) as MetadataValue;
  return print({ rejection, record: { ...record, vectors } });
}

async function readRejectedFile(path: string): Promise<readonly RejectedRecord[]> {
  const lines = await readLines<RejectedRecord>(path, false);
  // A page that was written again after a crash refused the same records again.
  const byKey = new Map(lines.map((line) => [`${line.record.namespace ?? ''}\0${line.record.id}`, line]));
  return [...byKey.values()];
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
