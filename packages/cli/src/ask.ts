import { createInterface } from 'node:readline/promises';
import { VsmError } from '@vsm/core';

/** Asks on the terminal. Ctrl-C or Ctrl-D there interrupts the command. */
export async function askOnTerminal(question: string, interrupt: AbortController): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = (): void => interrupt.abort(new Error('interrupted'));
  terminal.on('SIGINT', stop);
  // Closed before there was an answer.
  terminal.on('close', stop);
  try {
    return await terminal.question(question, { signal: interrupt.signal });
  } catch (cause) {
    process.stderr.write('\n');
    throw new VsmError('ABORTED', 'Interrupted before anything was written.', { cause });
  } finally {
    terminal.off('close', stop);
    terminal.close();
  }
}
