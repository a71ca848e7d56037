import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { VsmError } from '@vsm/core';
import { maskLocation } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { runCommand, type CommandContext } from '../../run.ts';
import { configText } from './text.ts';
import type { InitFlags } from './flags.ts';

const FILE = 'vsm.config.ts';

export async function init(flags: InitFlags): Promise<void> {
  await runCommand(flags, async ({ ask }) => {
    if (existsSync(FILE) && flags.force !== true) {
      throw new VsmError('INVALID_OPTIONS', `${FILE} is here already. Edit it, or replace it with --force.`);
    }
    const source = await answer(
      'source',
      flags.source,
      'Where are the records (such as chroma://localhost:8000/docs)? ',
      ask,
    );
    const target = await answer('target', flags.target, 'Where do they go (such as pglite:./db?table=docs)? ', ask);
    const name = flags.name ?? (ask === undefined ? '' : (await ask('What is this migration called [docs]? ')).trim());
    const called = name === '' ? 'docs' : name;
    await writeFile(FILE, configText({ source, target, name: called }), { flag: flags.force === true ? 'w' : 'wx' });
    return {
      exitCode: EXIT.done,
      document: { file: FILE, migration: called },
      text: `Wrote ${FILE}. Try next:\n  vsm plan ${called}\n  vsm migrate ${called}`,
    };
  });
}

async function answer(
  side: string,
  flag: string | undefined,
  question: string,
  ask: CommandContext['ask'],
): Promise<string> {
  if (flag === undefined && ask === undefined) {
    throw new VsmError('INVALID_OPTIONS', `There is no terminal to ask on. Give --source and --target.`);
  }
  const given = (flag ?? (await ask?.(question)) ?? '').trim();
  if (!/^[\w+.-]+:/.test(given)) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${maskLocation(given)}" is not a location, so there is no ${side}. Nothing was written.`,
    );
  }
  if (maskLocation(given) === given) return given;
  throw new VsmError(
    'INVALID_OPTIONS',
    `The ${side} has a secret in it, which does not belong into a file. Write \${NAME} in its place, and set that variable: ${maskLocation(given).replaceAll('***', '${NAME}')}`,
  );
}
