// The reference of the command line, from the commands themselves.
import type { Command } from 'commander';
import { createProgram } from '../../packages/cli/src/program.ts';
import type { Page } from './stage.ts';

export function cliPage(): Page {
  const program = createProgram();
  const sections = program.commands.map(commandSection);
  const text = [
    '# Commands',
    'Every command with its arguments and options, as `vsm COMMAND --help` prints them. What they have in common: [The command line](./cli.md).',
    ...sections,
  ].join('\n\n');
  return { place: 'commands.md', text: `${text}\n` };
}

function commandSection(command: Command): string {
  const help = command.createHelp();
  const parts = [`## vsm ${command.name()}`, escape(command.description()), `\`\`\`text\n${usage(command)}\n\`\`\``];
  const argumentRows = help.visibleArguments(command).map((one) => [help.argumentTerm(one), one.description]);
  if (argumentRows.length > 0) parts.push(table(['argument', ''], argumentRows));
  parts.push(
    table(
      ['option', ''],
      help.visibleOptions(command).map((one) => [help.optionTerm(one), one.description]),
    ),
  );
  const examples = examplesOf(command);
  if (examples !== '') parts.push(`\`\`\`console\n${examples}\n\`\`\``);
  return parts.join('\n\n');
}

function usage(command: Command): string {
  return `vsm ${command.name()} ${command.usage()}`;
}

/** They stand below what commander itself makes of a command. */
function examplesOf(command: Command): string {
  let printed = '';
  command.configureOutput({ writeOut: (text) => (printed += text) });
  command.outputHelp();
  const [, examples = ''] = /\nExamples:\n([^]*)$/.exec(printed) ?? [];
  return examples.trimEnd().replaceAll(/^ {2}/gm, '$ ');
}

function table(head: readonly string[], rows: readonly (readonly [string, string] | string[])[]): string {
  const lines = rows.map(
    ([term = '', help = '']) => `| \`${term.replaceAll('|', String.raw`\|`)}\` | ${escape(help)} |`,
  );
  return [`| ${head.join(' | ')} |`, '| --- | --- |', ...lines].join('\n');
}

/** Outside of code, Vue takes angle brackets and doubled braces for its own. */
function escape(text: string): string {
  return text
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{ {')
    .replaceAll('|', String.raw`\|`);
}
