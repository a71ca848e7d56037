import { createHash, randomUUID } from 'node:crypto';
import { constants, copyFile, link, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '../errors.ts';
import { codeOf, isMissing, readIfThere } from './durable.ts';

const STALE_AFTER_SECONDS = 15;
/** Signs of life in that time: one that comes late must not be taken for an end. */
const BEATS = 10;

export interface LockOptions {
  /** What is locked, as the subject of a sentence: `Run "2026-…"`. */
  readonly what: string;
  /** Without a sign of life for so long, this process counts as dead; others go by what its lock says. @default 15 */
  readonly staleAfterSeconds?: number | undefined;
  /** Takes the lock from its holder at once, for whoever knows that it is gone. @default false */
  readonly takeOver?: boolean | undefined;
}

export interface Lock {
  /** To be asked before anything is written. @throws VsmError `CONFLICT` where another process has taken the lock over */
  check(): Promise<void>;
  /** Safe to call twice. */
  release(): Promise<void>;
}

/** What a lock says. Host and process are for people only: containers share both. */
interface Holder {
  readonly token: string;
  readonly staleAfterMs: number;
  readonly host: string;
  readonly pid: number;
}

/** A file of a lock. The first has the name of the lock, each other one a name made from the text of the one before. */
interface Link {
  readonly path: string;
  readonly text: string;
}

/** Tokens of locks that this process holds. */
const held = new Set<string>();

/**
 * One holder at a time, whichever machine or container it runs in: it writes its file again and again as a sign of life, and a file
 * that shows none for as long as it says is passed over. Passing over adds a file to the row, which one process alone can do, and takes
 * nothing away: the last in the row is the holder, and whoever was passed over sees its successor and stops.
 * @throws VsmError `CONFLICT` where the holder is alive
 */
export async function lock(path: string, options: LockOptions): Promise<Lock> {
  const holder: Holder = {
    token: randomUUID(),
    staleAfterMs: (options.staleAfterSeconds ?? STALE_AFTER_SECONDS) * 1000,
    host: hostname(),
    pid: process.pid,
  };
  const text = JSON.stringify(holder);
  for (let takeOver = options.takeOver ?? false; ;) {
    const row = await readRow(path);
    const last = row.at(-1);
    if (last !== undefined && !takeOver && (await isAlive(last))) throw inUse(options.what, last);
    const place = last === undefined ? path : successor(path, last.text);
    if (!(await withNewFile(path, text, (mine) => claim(mine, place)))) {
      // Somebody else was faster, and is not gone.
      takeOver = false;
      continue;
    }
    const whole = [...row, { path: place, text }];
    if (await stands(path, whole)) return hold(path, whole, holder, options.what);
    // Between reading the row and adding to it, it was released.
    await rm(place, { force: true });
  }
}

async function readRow(path: string): Promise<readonly Link[]> {
  const row: Link[] = [];
  for (let at = path; ;) {
    const text = await readIfThere(at);
    if (text === undefined) return row;
    row.push({ path: at, text });
    at = successor(path, text);
  }
}

function successor(path: string, text: string): string {
  return `${path}.after-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** Whether a row still stands, whoever came after it. One that is given up loses its first file first. */
async function stands(path: string, row: readonly Link[]): Promise<boolean> {
  return (await readIfThere(path)) === row[0]?.text;
}

/** Whether a row still stands, and nobody came after it. */
async function isLast(path: string, row: readonly Link[]): Promise<boolean> {
  if (!(await stands(path, row))) return false;
  return (await readIfThere(successor(path, row.at(-1)?.text ?? ''))) === undefined;
}

/** Lends a file beside the lock, which is there for a moment only: a process that is killed must leave none behind. */
async function withNewFile<Result>(
  path: string,
  text: string,
  use: (mine: string) => Promise<Result>,
): Promise<Result> {
  const mine = `${path}.${randomUUID()}`;
  try {
    await writeFile(mine, text, { flag: 'wx' });
    return await use(mine);
  } finally {
    await rm(mine, { force: true });
  }
}

/** @returns whether the place is ours; another process may have been there first */
async function claim(mine: string, place: string): Promise<boolean> {
  try {
    // By a link, so that a lock never lies there without its text.
    await link(mine, place).catch(async (cause: unknown) => {
      if (codeOf(cause) === 'EEXIST') throw cause;
      // Some file systems (exFAT, network shares) have no links.
      await copyFile(mine, place, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}

/** Whether a file shows a sign of life within the time that it says. */
async function isAlive({ path, text }: Link): Promise<boolean> {
  const { token, staleAfterMs } = parse(text);
  if (held.has(token)) return true;
  // Clocks of two machines are never compared: both times are of the file system, and otherwise the file is watched.
  const first = await timeOf(path);
  const now = await withNewFile(path, '', timeOf);
  const age = Math.max(0, (now ?? 0) - (first ?? 0));
  for (const until = performance.now() + staleAfterMs - age; performance.now() < until;) {
    await delay(Math.min(staleAfterMs / BEATS, Math.max(1, until - performance.now())));
    const seen = await timeOf(path);
    if (seen !== first) return seen !== undefined;
  }
  return false;
}

/** When a file was written last, `undefined` where there is none. */
async function timeOf(path: string): Promise<number | undefined> {
  try {
    // Opened, because a network file system may answer a mere `stat` from memory.
    const file = await open(path, 'r');
    try {
      return (await file.stat()).mtimeMs;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function inUse(what: string, { path, text }: Link): VsmError {
  const { pid, host } = parse(text);
  return new VsmError(
    'CONFLICT',
    `${what} is in use by process ${pid} on ${host}, which is alive (${path}). Wait until it is done, or end it first.`,
  );
}

/** A lock of another release, or one that is damaged, says nothing about itself. */
function parse(text: string): Holder {
  const unknown: Holder = { token: '', staleAfterMs: STALE_AFTER_SECONDS * 1000, host: 'an unknown host', pid: 0 };
  try {
    const said = JSON.parse(text) as Partial<Holder>;
    return typeof said.staleAfterMs === 'number' && said.staleAfterMs >= 0 ? { ...unknown, ...said } : unknown;
  } catch {
    return unknown;
  }
}

async function hold(path: string, row: readonly Link[], holder: Holder, what: string): Promise<Lock> {
  const own = row.at(-1) as Link;
  const file = await open(own.path, 'r+');
  held.add(holder.token);
  const beating = setInterval(() => void beat(file, own.text), Math.max(1, holder.staleAfterMs / BEATS));
  // A process that has nothing left to do must end.
  beating.unref();
  let releasing: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    clearInterval(beating);
    held.delete(holder.token);
    await file.close();
    // Where others have gone on, nothing is ours to remove.
    if (!(await isLast(path, row))) return;
    for (const { path: one } of row) await rm(one, { force: true });
  };
  return {
    async check() {
      if (releasing === undefined && (await isLast(path, row))) return;
      throw new VsmError('CONFLICT', `${what} was taken over by another process, so this one has stopped.`);
    },
    release: () => (releasing ??= release()),
  };
}

/** The same text once more, so that the file system notes the time. One that takes nothing any more lets the lock go stale. */
async function beat(file: FileHandle, text: string): Promise<void> {
  await file.write(text, 0).catch(() => undefined);
}
