import { InvalidArgumentError, Option, type Command } from 'commander';
import { SETTINGS, type SettingName } from './settings.ts';

export const locations =
  'such as chroma://host:8000/docs, postgresql://user@host/db?table=docs, pglite:./dir?table=docs, file:./docs.parquet';

/** The command with these settings as flags. */
export function settings(command: Command, ...names: readonly SettingName[]): Command {
  for (const name of names) {
    const { flag, help, default: otherwise, type } = SETTINGS[name];
    if (flag === undefined) throw new Error(`${name} has no flag`);
    const option = new Option(flag, otherwise === undefined ? help : `${help} (default: ${otherwise})`);
    if (type === 'whole number' || type === 'number') option.argParser(wholeNumber);
    if (type === 'whole number or all') option.argParser((text) => (text === 'all' ? text : wholeNumber(text)));
    if (type === 'texts') option.argParser(collect);
    command.addOption(option);
  }
  return command;
}

/** The arguments of every command about a source and a target. */
export function pairArguments(command: Command): Command {
  command
    .usage(`[options] <source> <target>\n       vsm ${command.name()} [options] <name...>`)
    .argument('[source]', `where the records are, ${locations}; "*" in place of the collection means all`)
    .argument('[target]', 'where they go; without a collection its name is kept')
    .argument('[name...]', 'instead of both: migrations of the config file, by name');
  return settings(command, 'all');
}

/** What every command takes that prints a result. */
export function outputOptions(command: Command): Command {
  return settings(settings(command, 'json').addOption(new Option('--json-stream').hideHelp()), 'quiet', 'configFile');
}

export function examples(command: Command, ...lines: readonly [string, string]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((text) => `  ${text}`).join('\n')}`);
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
