import type { Metric } from '@vsm/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OutputOptions } from '../run.ts';

export const locations =
  'such as chroma://host:8000/docs, postgresql://user@host/db?table=docs, pglite:./dir?table=docs, file:./docs.parquet';

export interface Selection extends OutputOptions {
  readonly metric?: Metric;
  readonly filter?: string;
  readonly namespace?: string[];
  readonly layoutFrom?: string;
  readonly layoutTo?: string;
  /** Every migration of the config file. */
  readonly all?: boolean;
}

/** The arguments of every command about a source and a target. */
export function pairArguments(command: Command): Command {
  return command
    .usage(`[options] <source> <target>\n       vsm ${command.name()} [options] <name...>`)
    .argument('[source]', `where the records are, ${locations}; "*" in place of the collection means all`)
    .argument('[target]', 'where they go; without a collection its name is kept')
    .argument('[name...]', 'instead of both: migrations of the config file, by name')
    .option('--all', 'every migration of the config file');
}

export function selectionOptions(command: Command): Command {
  return outputOptions(command)
    .option('--filter <json>', 'only records whose metadata match, such as {"year":{"$gte":2025}}')
    .option('--namespace <name>', 'only this namespace; may be repeated', collectMaybe);
}

export function layoutOptions(command: Command): Command {
  return command
    .option('--layout-from <layout>', 'the framework whose form the source has, such as langchain-js (docs/layouts.md)')
    .option('--layout-to <layout>', 'the form that the target is to have (default: that of the same framework)');
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

export function outputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout, and nothing else; --json=stream prints events as they come')
    .addOption(new Option('--json-stream').hideHelp())
    .option('--quiet', 'print nothing but errors')
    .option('--config <file>', 'read this config file (default: vsm.config.ts, .js, .mjs, .json or .yaml here)');
}

export function examples(command: Command, ...lines: readonly [string, string]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
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
