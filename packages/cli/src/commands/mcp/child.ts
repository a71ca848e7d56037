import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RunCommand } from '@vsm/mcp';
import { parseJson } from '@vsm/core/adapter';

interface Event {
  readonly type: string;
  readonly exitCode: number;
  readonly result: Readonly<Record<string, unknown>>;
  readonly vectorsProcessed: number;
  readonly totalVectors: number;
}

const LONGEST_COMPLAINT = 2000;

/** Runs a command as a process of its own, which ends with its stores closed, and whose crash does not end the server. */
export const runAsChild: RunCommand = async ({ name, options, words }, { signal, onProgress }) => {
  const [, main = ''] = process.argv;
  const child = spawn(
    process.execPath,
    [...process.execArgv, main, name, ...options, '--json=stream', '--', ...words],
    { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true },
  );
  // The first SIGINT lets it end in order: what was accepted is remembered, and the run can be resumed.
  const stop = (): void => void child.kill('SIGINT');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-LONGEST_COMPLAINT);
  });
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  // Handled below; it may fail before that is reached.
  closed.catch(() => undefined);
  let last: Event | undefined;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = parseJson(line) as unknown as Event;
      if (event.type === 'progress') onProgress(event.vectorsProcessed, event.totalVectors);
      else if (event.type === 'result' || event.type === 'error') last = event;
    }
    const exitCode = await closed;
    if (last === undefined) {
      const message = complaint.trim() || `vsm ${name} ended with ${exitCode} and said nothing`;
      return { exitCode, document: { success: false, error: { name: 'Error', code: 'INVALID_OPTIONS', message } } };
    }
    const { type, result, ...failure } = last;
    return { exitCode, document: type === 'result' ? result : { ...failure } };
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
