import { VsmError } from '@vsm/core';
import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { queueOf, withFleet } from '../../fleet/open.ts';
import { storeResolver } from '../../fleet/resolver.ts';
import { runCommand } from '../../run.ts';
import type { WorkerFlags } from './flags.ts';

const SLOTS = 4;

export async function worker(locations: readonly string[], flags: WorkerFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    if (queueOf(flags) === undefined) {
      throw new VsmError(
        'INVALID_OPTIONS',
        'Say where work is handed out: --queue redis://… or postgresql://… (VSM_QUEUE).',
      );
    }
    // Its stores are those that a run may be about, whatever the words are.
    const config = await context.config(flags.config, [...locations, 'config']);
    return withFleet(flags, context, async ({ module, ledger, queue }) => {
      if (queue === undefined) throw new VsmError('INVALID_OPTIONS', 'There is no queue.');
      const { slots = SLOTS, untilIdle = false } = flags;
      const say = (error: unknown): void => context.note(context.failures.message(error));
      const stores = storeResolver(locations, config, context);
      const engine = module.createEngine({ ledger, stores, slots, onRefused: (_runId, error) => say(error) });
      const outcome = await module.work({
        ledger,
        queue,
        engine,
        slots,
        untilIdle,
        signal: context.signal,
        onProblem: ({ error }) => say(error),
      });
      const exitCode = untilIdle && outcome.workLeft ? EXIT.workLeft : EXIT.done;
      const { worker: name, itemsDone, refused } = outcome;
      const left = outcome.workLeft ? ', work is left' : '';
      return {
        exitCode,
        document: outcome,
        text: line`${name}: ${itemsDone} items done, ${refused} appends refused because another worker had the item${left}`,
      };
    });
  });
}
