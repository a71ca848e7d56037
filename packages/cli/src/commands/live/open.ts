import { VsmError } from '@vsm/core';
import type * as Live from '@vsm/live';
import { withoutMasks } from '@vsm/report/redact';
import { resolveJobs, type Job } from '../../jobs.ts';
import { loadBeside } from '../../load-module.ts';
import type { CommandContext } from '../../run.ts';
import type { LiveFlags } from './flags.ts';

/** @throws VsmError `INVALID_OPTIONS` where it is not installed */
export async function loadLive(): Promise<typeof Live> {
  const module = await loadBeside<typeof Live>('@vsm/live');
  if (module !== undefined) return module;
  throw new VsmError(
    'INVALID_OPTIONS',
    'A live move needs a package that is not installed. Install it: npm install @vsm/live, with pg for postgresql:// or ioredis for redis://',
  );
}

export interface OpenedJournal {
  readonly module: typeof Live;
  readonly journal: Live.Journal;
}

/** Does something with the journal of a move, and closes it. */
export async function withJournal<Result>(
  name: string,
  flags: LiveFlags,
  { secrets }: Pick<CommandContext, 'secrets'>,
  use: (opened: OpenedJournal) => Promise<Result>,
): Promise<Result> {
  const place = flags.journal ?? process.env['VSM_LIVE_JOURNAL'];
  if (place === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'Say where the journal is: --journal postgresql://…, redis://… or sqlite:FILE (VSM_LIVE_JOURNAL).',
    );
  }
  secrets.learnLocation(place);
  const module = await loadLive();
  const journal = await module.openJournal(place, name);
  try {
    return await use({ module, journal });
  } finally {
    await journal.close();
  }
}

/** The one collection that the words mean. @throws VsmError for several, and for what a move cannot do */
export async function jobOf(
  words: readonly (string | undefined)[],
  flags: LiveFlags,
  context: CommandContext,
): Promise<Job> {
  const named = words.flatMap((word) => word ?? []);
  const { list } = await resolveJobs({ words: named, config: flags.config }, context);
  const [job] = list;
  if (job === undefined || list.length > 1) {
    throw new VsmError('INVALID_OPTIONS', `A live move is of one collection; "${named[0]}" means ${list.length}.`);
  }
  const { filter, namespaces, fields, embed, reduce, layout } = job.options;
  const others = { embed: embed ?? job.embed, reduce, layout, ...job.layouts };
  const unsupported = Object.entries({ filter, namespaces, fields, ...others });
  for (const [setting, value] of unsupported) {
    if (value === undefined) continue;
    throw new VsmError(
      'UNSUPPORTED',
      `A live move takes all records as they are, or through a transform: ${setting} cannot be set.`,
    );
  }
  return job;
}

/** The stores of a move that was started, as this process reaches them. */
export async function jobOfMove(header: Live.MoveHeader, flags: LiveFlags, context: CommandContext): Promise<Job> {
  const { places, move, plan } = header;
  if (places === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `The move "${move}" was started by a program; its stores are run by that program.`,
    );
  }
  const words =
    places.migration === undefined ? [withoutMasks(places.source), withoutMasks(places.target)] : [places.migration];
  const job = await jobOf(words, flags, context);
  for (const side of ['source', 'target'] as const) {
    if (job[side].store.location === plan[side].location) continue;
    throw new VsmError(
      'INVALID_OPTIONS',
      `The ${side} of the move "${move}" is ${plan[side].location}, and here it would be ${job[side].store.location}.`,
    );
  }
  return job;
}
