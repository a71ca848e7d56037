import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { VsmError } from '@vsm/core/adapter';
import { DISK_FULL } from './errors.ts';
import { isBinary, type Parameter } from './sql.ts';

/** Without `sql`: close the database. */
export interface Question {
  readonly number: number;
  readonly sql?: string | undefined;
  readonly parameters?: readonly Parameter[] | undefined;
}

export interface Failure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  /** The database has given up, and would never answer another query. */
  readonly isEnd?: boolean | undefined;
}

/** Number 0 says that the database is open, or why not. */
export type Answer =
  | { readonly number: number; readonly rows: unknown[] }
  | { readonly number: number; readonly failure: Failure };

interface Waiting {
  readonly resolve: (result: { rows: unknown[] }) => void;
  readonly reject: (cause: unknown) => void;
}

export interface PgliteThread {
  query(sql: string, parameters?: readonly Parameter[]): Promise<{ rows: unknown[] }>;
  /** Ends whatever runs, as a crash would, which the database survives. The next query opens it again. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database of a folder in a thread of its own, so that this one stays free while it computes. */
export async function openThread(dataDir: string): Promise<PgliteThread> {
  let running: Promise<Running> | undefined;
  const open = (): Promise<Running> => {
    const opening = start(dataDir, () => {
      if (running === opening) running = undefined;
    });
    running = opening;
    return opening;
  };
  await open();
  return {
    async query(sql, parameters) {
      return (await (running ?? open())).ask(sql, parameters);
    },
    async interrupt() {
      const current = await running;
      running = undefined;
      await current?.worker.terminate();
    },
    async close() {
      const current = await running;
      running = undefined;
      await current?.ask(undefined);
      await current?.worker.terminate();
    },
  };
}

/**
 * Has V8 keep the code of WebAssembly that it has replaced by faster one, some megabytes, until the database is closed. While V8 frees
 * it, a check of its own fails at times, in one of some hundred databases that a process opened one after the other, and ends the whole process
 * (`jit_page_->allocations_.erase(addr) == 1`, Node 22 to 26: https://github.com/nodejs/node/issues/64500).
 */
function keepCode(): void {
  setFlagsFromString('--no-wasm-code-gc');
}

interface Running {
  readonly worker: Worker;
  ask(sql: string | undefined, parameters?: readonly Parameter[]): Promise<{ rows: unknown[] }>;
}

/** @param onEnd called once it answers no more, so that what comes next opens the database anew, which then recovers as after a crash */
async function start(dataDir: string, onEnd: () => void): Promise<Running> {
  keepCode();
  // Sources run as they are, too.
  const file = import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { dataDir } });
  const waiting = new Map<number, Waiting>();
  const expect = (number: number): Promise<{ rows: unknown[] }> =>
    new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      // A store that nobody closed does not keep the process; one that works does.
      worker.ref();
    });
  const end = (cause: unknown): void => {
    onEnd();
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    if ('failure' in answer && answer.failure.isEnd === true) {
      end(errorOf(answer.failure, dataDir));
      void worker.terminate();
      return;
    }
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (waiting.size === 0) worker.unref();
    if ('failure' in answer) asked?.reject(errorOf(answer.failure, dataDir));
    else asked?.resolve({ rows: answer.rows });
  });
  worker.on('error', end);
  worker.on('exit', () => end(errorOf({ message: 'the embedded database was stopped', code: '57P01' }, dataDir)));
  let last = 0;
  const opened = expect(last);
  await opened;
  return {
    worker,
    ask(sql, parameters) {
      last += 1;
      const bytes = (parameters ?? []).filter(isBinary).map((array) => array.bytes);
      // Vectors go over without a copy; a small Buffer is a piece of one that others use.
      const whole = bytes.filter(({ buffer, byteLength }) => buffer.byteLength === byteLength);
      worker.postMessage(
        { number: last, sql, parameters } satisfies Question,
        whole.map(({ buffer }) => buffer as ArrayBuffer),
      );
      return expect(last);
    },
  };
}

function errorOf({ message, code, detail }: Failure, dataDir: string): Error {
  if (code === 'MISSING_PACKAGES') {
    return new VsmError(
      'INVALID_OPTIONS',
      'pgvector: an embedded database needs two more packages: npm install @electric-sql/pglite @electric-sql/pglite-pgvector',
      { adapter: 'pgvector' },
    );
  }
  const where = code === DISK_FULL ? ` in ${dataDir}` : '';
  return Object.assign(new Error(message + where), { code, detail });
}
