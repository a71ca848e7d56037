// The thread in which an embedded database runs: it computes where it is called, and building an index takes minutes in which
// nothing else could be done there, not even hear a Ctrl-C.
import { parentPort, workerData } from 'node:worker_threads';
import { queryWith, type Query } from './driver.ts';
import type { Answer, Failure, Question } from './pglite-thread.ts';

const { dataDir } = workerData as { readonly dataDir: string };
const answer = (message: Answer): void => parentPort?.postMessage(message, []);

/** PGlite reads every value with a decoder that drops a byte order mark at its beginning. */
class WholeText extends TextDecoder {
  constructor(label?: string, options?: ConstructorParameters<typeof TextDecoder>[1]) {
    super(label, { ...options, ignoreBOM: true });
  }
}
globalThis.TextDecoder = WholeText;

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
  (cause: unknown) => answer({ number: 0, failure: failureOf(cause) }),
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

/** An error as what another thread can be sent: of a class of its own, only the message would arrive. */
function failureOf(cause: unknown): Failure {
  const { message, code, detail } = cause as Partial<Failure>;
  return { message: message ?? String(cause), code, detail };
}
