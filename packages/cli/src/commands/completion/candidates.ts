import type { Command } from 'commander';
import { printable } from '@vsm/report/redact';
import { FINGERPRINT_SCHEME, KNOWN_SCHEMES } from '../../schemes.ts';
import { BACKUPS_ACTIONS } from '../backups/flags.ts';
import { choicesOf } from '../../settings.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

/** What the last of the words may become. The config file and the runs are looked at only where their names can stand. */
export async function candidates(program: Command, words: readonly string[]): Promise<string[]> {
  const current = words.at(-1) ?? '';
  let command = program;
  let before = words.slice(0, -1);
  // A command may have commands of its own.
  for (let found: Command | undefined = program; found !== undefined;) {
    command = found;
    found = command.commands.find((one) => one.name() === before[0]);
    if (found !== undefined) before = before.slice(1);
  }
  return (await possible(command, before, current)).filter(
    // A name that a terminal would act upon is not offered.
    (word) => word.startsWith(current) && printable(word) === word,
  );
}

async function possible(command: Command, before: readonly string[], current: string): Promise<readonly string[]> {
  if (command.commands.length > 0) {
    return command
      .createHelp()
      .visibleCommands(command)
      .map((one) => one.name());
  }
  const previous = before.at(-1) ?? '';
  const values = choicesOf(previous);
  if (values !== undefined) return values;
  if (command.options.some((option) => option.long === previous && option.required)) return [];
  if (current.startsWith('-')) {
    const options = command.options.filter((option) => !option.hidden).flatMap(({ long }) => (long ? [long] : []));
    return [...options, '--help'];
  }
  return argumentsOf(command.name());
}

async function argumentsOf(command: string): Promise<readonly string[]> {
  if (command === 'completion') return SHELLS;
  if (command === 'resume' || command === 'replay') return runIds();
  if (command === 'backups') return BACKUPS_ACTIONS;
  if (command === 'explain') return explained();
  if (['runs', 'init', 'conformance'].includes(command)) return [];
  const { loadConfig } = await import('../../load-config.ts');
  const config = await loadConfig(undefined).catch(() => undefined);
  const stores = [...(config?.stores.keys() ?? [])].map((name) => `${name}:`);
  const migrations = ['migrate', 'plan', 'verify', 'diff', 'judge', 'estimate'].includes(command)
    ? config?.migrations.keys()
    : undefined;
  const files = ['verify', 'diff'].includes(command) ? [FINGERPRINT_SCHEME] : [];
  return [...(migrations ?? []), ...stores, ...KNOWN_SCHEMES.map((scheme) => `${scheme}:`), ...files];
}

async function explained(): Promise<string[]> {
  const { EXPLANATIONS } = await import('../explain/explanations.ts');
  return [...EXPLANATIONS.keys()];
}

async function runIds(): Promise<string[]> {
  const { fileCheckpoints } = await import('@vsm/core');
  const { runDirectory } = await import('../../selection.ts');
  const runs = await fileCheckpoints(runDirectory(undefined)).list();
  return runs.map(({ runId }) => runId);
}
