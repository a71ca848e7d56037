import { readFileSync, statSync } from 'node:fs';

/** Whoever writes to a database with a write-ahead log has this byte of its -shm locked. https://www.sqlite.org/walformat.html */
const WRITE_LOCK = 120;

/** Who has the file locked for writing, where the system tells: Linux does. */
function writerOf(path: string): { readonly pid: number; readonly stopped: boolean } | undefined {
  try {
    const { ino } = statSync(`${path}-shm`);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const lock =
        /POSIX +ADVISORY +WRITE (?<pid>\d+) [^ ]*:(?<inode>\d+) (?<first>\d+) (?<last>\d+)/.exec(line)?.groups ?? {};
      const { inode, first, last } = lock;
      if (Number(inode) !== ino || Number(first) > WRITE_LOCK || Number(last) < WRITE_LOCK) continue;
      const pid = Number(lock['pid']);
      // T: stopped by a signal, t: by a debugger. The name before it may have brackets of its own.
      return { pid, stopped: /.*\) [Tt] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) };
    }
  } catch {
    // Another system, or whoever had it has just gone.
  }
  return undefined;
}

/** Says who is waited for and what to do. A driver's own error says that the database is locked. */
export function lockedError(path: string, seconds: number, cause: unknown): Error {
  const writer = writerOf(path);
  const who = writer === undefined ? 'another process' : `process ${writer.pid}`;
  const advice =
    writer?.stopped === true
      ? `, which stands still in the middle of a write. Let it go on (kill -CONT ${writer.pid}) or end it (kill -9 ${writer.pid}); nothing is lost by either`
      : '. A process that stands still in the middle of a write keeps it so: look for one that was stopped, and let it go on or end it; nothing is lost by either';
  return new Error(`${path} could not be written to for ${seconds} s: it is locked by ${who}${advice}.`, { cause });
}
