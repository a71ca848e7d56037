// One of the processes of `vsm migrate --processes`: it works on the run that its parent names, until the run is over or the parent is gone.
import { once } from 'node:events';
import { EXIT } from '../exit-codes.ts';
import { runCommand } from '../run.ts';
import type { ChildTask } from './child-task.ts';
import { loadFleet } from './open.ts';
import { storeResolver } from './resolver.ts';

const [{ task }] = (await once(process, 'message')) as [ChildTask];

await runCommand({ quiet: true }, async (context) => {
  const { runId, words, slots, maxBytesInFlight } = task;
  const config = await context.config(task.config, [...words, 'config']);
  for (const word of [...words, task.ledger]) context.secrets.learnLocation(word);
  const module = await loadFleet();
  const ledger = await module.openLedger(task.ledger);
  const queue = module.borrowedQueue();
  const gone = new AbortController();
  process.once('disconnect', () => gone.abort(new Error('the first process has ended')));
  const say = (error: unknown): void => {
    if (process.connected) process.send?.({ note: context.failures.message(error) }, () => undefined);
  };
  try {
    const stores = storeResolver(words, config, context);
    const given = { ledger, stores, slots, maxBytesInFlight };
    // Of the one run that there is: a process that may not work on it would only wait.
    const refuse = (_runId: string, error: unknown): void => {
      say(error);
      gone.abort(error);
    };
    const engine = module.createEngine({ ...given, onRefused: refuse });
    const signal = AbortSignal.any([context.signal, gone.signal]);
    const outcome = await module.work({
      ledger,
      queue,
      engine,
      slots,
      signal,
      until: runId,
      onProblem: ({ error }) => say(error),
    });
    return { exitCode: EXIT.done, document: outcome, text: '' };
  } finally {
    await ledger.close();
  }
});
if (process.connected) process.disconnect();
