// The thread in which an embedded database runs: it computes where it is called, and building an index takes minutes in which
// nothing else could be done there, not even hear a Ctrl-C.
import { parentPort, workerData } from 'node:worker_threads';
import { freeDisk } from '@vsm/core/files';
import { queryWith, type Query } from './driver.ts';
import { DISK_FULL } from './errors.ts';
import type { Answer, Failure, Question } from './pglite-thread.ts';

const { dataDir } = workerData as { readonly dataDir: string };
const answer = (message: Answer): void => parentPort?.postMessage(message, []);

/** The engine would take away the byte order mark that a text begins with. This thread has no other work. */
globalThis.TextDecoder = class extends TextDecoder {
  constructor(...[label, options]: ConstructorParameters<typeof TextDecoder>) {
    super(label, { ignoreBOM: true, ...options });
  }
};

async function open(): Promise<{ query: Query; close: () => Promise<void> }> {
  const [{ PGlite }, { vector }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite-pgvector'),
  ]).catch((cause: unknown) => {
    throw Object.assign(new Error('', { cause }), { code: 'MISSING_PACKAGES' });
  });
  const database = await PGlite.create({ dataDir, extensions: { vector } });
  return { query: queryWith(database), close: () => database.close() };
}

const opened = open();
opened.then(
  () => answer({ number: 0, rows: [] }),
  async (cause: unknown) => answer({ number: 0, failure: await openingFailure(cause) }),
);

async function serve({ number, sql, parameters }: Question): Promise<void> {
  try {
    const { query, close } = await opened;
    if (sql === undefined) await close();
    const rows = sql === undefined ? [] : (await query(sql, parameters)).rows;
    answer({ number, rows });
  } catch (cause) {
    answer({ number, failure: failureOf(cause) });
  }
}

parentPort?.on('message', (question: Question) => void serve(question));

/** What the file system of the engine calls a full disk; its errors have a number and no message. */
const NO_SPACE = 51;
/** The log grows by so much at once. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** An error as what another thread can be sent: of a class of its own, only the message would arrive. */
function failureOf(cause: unknown): Failure {
  const { message, code, detail, errno, severity } = cause as Partial<Failure> & {
    readonly errno?: number;
    readonly severity?: string;
  };
  // Behind a panic the engine computes for ever at the next query.
  const isEnd = severity === 'PANIC' || severity === 'FATAL';
  if (message !== undefined) return { message, code, detail, isEnd };
  if (errno === NO_SPACE) return { message: 'No space left on device', code: DISK_FULL };
  return { message: errno === undefined ? String(cause) : `error ${errno} of its file system` };
}

/** Where there is no room to recover in, the engine says only that it failed. */
async function openingFailure(cause: unknown): Promise<Failure> {
  const failure = { ...failureOf(cause), isEnd: true };
  const free = failure.code === undefined ? await freeDisk(dataDir) : undefined;
  if (free === undefined || free >= SEGMENT_BYTES) return failure;
  const room = `${Math.floor(free / 1e6)} MB are free, and opening may take 17 MB`;
  return {
    ...failure,
    message: `${failure.message}, and no space may be left on the device: ${room}`,
    code: DISK_FULL,
  };
}
