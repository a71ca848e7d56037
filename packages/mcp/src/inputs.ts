import { z } from 'zod';
import type { Command } from './command.ts';

/** A location, or a store or migration of the config file. */
const place = z
  .string()
  .min(1)
  .describe(
    'A location such as chroma://localhost:8000/docs, file:./docs.parquet, or name:collection of a store in vsm.config',
  );

const pair = {
  source: place,
  target: place.describe('Where the records are to go, in the same form; without a collection its name is kept'),
};

const selection = {
  // As text: the protocol's own parser would round integers beyond 2^53.
  filter: z
    .string()
    .optional()
    .describe('Only records whose metadata match, as JSON text such as {"year":{"$gte":2025}}'),
  namespaces: z.array(z.string()).optional().describe('Only these namespaces'),
};

const layouts = {
  layoutFrom: z.string().optional().describe('The framework whose form the source has, such as langchain-js'),
  layoutTo: z.string().optional().describe('The form that the target is to have'),
};

const metric = z.enum(['cosine', 'dot', 'euclidean', 'manhattan', 'hamming', 'jaccard']).optional();

export type ToolName = 'inspect' | 'plan' | 'estimate' | 'verify' | 'diff' | 'runs' | 'migrate' | 'resume';

export const INPUTS: Readonly<Record<ToolName, z.ZodRawShape>> = {
  inspect: { location: place },
  plan: { ...pair, ...selection, ...layouts, metric },
  estimate: { ...pair, target: pair.target.optional(), ...selection },
  verify: {
    ...pair,
    ...selection,
    ...layouts,
    metric,
    level: z.enum(['count', 'ids', 'values', 'search']).optional().describe('How deep to compare; values by default'),
  },
  diff: { ...pair, ...selection },
  runs: {},
  migrate: {
    confirmationToken: z.string().describe('What plan answered with; it is good once'),
    allowLoss: z
      .array(z.string())
      .optional()
      .describe('Losses that the plan lists, by name, which a person has agreed to'),
  },
  resume: { confirmationToken: z.string().describe('What runs answered with for this run; it is good once') },
};

/** Whatever a tool may be asked with, by the names above. */
export interface Input {
  readonly location?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  /** JSON text. */
  readonly filter?: string | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly layoutFrom?: string | undefined;
  readonly layoutTo?: string | undefined;
  readonly metric?: string | undefined;
  readonly level?: string | undefined;
  readonly confirmationToken?: string | undefined;
  readonly allowLoss?: readonly string[] | undefined;
}

/** The locations that a tool is asked about. */
export function placesOf({ location, source, target }: Input): string[] {
  return [location, source, target].filter((word) => word !== undefined);
}

/** An option and its value are one word, so that no value is taken for an option. */
export function commandOf(name: ToolName, input: Input, allowWrite: boolean): Command {
  const options = [
    ...option('filter', input.filter),
    ...(input.namespaces ?? []).flatMap((namespace) => option('namespace', namespace)),
    ...layoutOptions(input),
    ...option('metric', input.metric),
    ...option('level', input.level),
    // A probe writes to the target, and removes it again.
    ...(name === 'estimate' && !allowWrite ? ['--no-probe'] : []),
  ];
  return { name, options, words: placesOf(input) };
}

export function layoutOptions({ layoutFrom, layoutTo }: Pick<Input, 'layoutFrom' | 'layoutTo'>): string[] {
  return [...option('layout-from', layoutFrom), ...option('layout-to', layoutTo)];
}

export function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}
