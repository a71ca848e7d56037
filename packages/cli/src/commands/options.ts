import { VsmError, type FilterShorthand, type Metric } from '@vsm/core';
import { InvalidArgumentError, type Command } from 'commander';

export const locations =
  'such as chroma://host:8000/docs, postgresql://user@host/db?table=docs, pglite:./dir?table=docs, file:./docs.parquet';

export interface Selection {
  readonly metric?: Metric;
  readonly filter?: string;
  readonly namespace?: string[];
}

export function selectionOptions(command: Command): Command {
  return outputOptions(command)
    .option('--filter <json>', 'only records whose metadata match, such as {"year":{"$gte":2025}}')
    .option('--namespace <name>', 'only this namespace; may be repeated', collectMaybe);
}

export function paceOptions(command: Command): Command {
  return command
    .option('--batch-size <n>', 'records a page (default: 1000)', wholeNumber)
    .option('--concurrency <n>', 'parts that are read and written at once (default: 4)', wholeNumber);
}

export function metricOption(command: Command): Command {
  return command.option('--metric <metric>', 'compare by this in the target, where the source does not say');
}

export function runDirectoryOption(command: Command): Command {
  return command.option('--run-dir <dir>', 'where runs are remembered (default: VSM_RUN_DIR, else .vsm)');
}

/** Where runs are remembered, as the library decides it too. */
export function runDirectory(flag: string | undefined): string {
  return flag ?? process.env['VSM_RUN_DIR'] ?? '.vsm';
}

export function outputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .option('--quiet', 'print nothing but errors');
}

export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function collectMaybe(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function jsonObject(flag: string, text: string): FilterShorthand {
  try {
    return JSON.parse(text) as FilterShorthand;
  } catch (cause) {
    throw new VsmError('INVALID_OPTIONS', `${flag} is not JSON: ${text}`, { cause });
  }
}
