import { VsmError } from '@vsm/core';
import { didYouMean } from '@vsm/core/adapter';
import { EXIT } from '../../exit-codes.ts';
import { runCommand, type CommandOutcome, type OutputOptions } from '../../run.ts';
import { EXPLANATIONS } from './explanations.ts';

export async function explain(name: string | undefined, output: OutputOptions): Promise<void> {
  await runCommand(output, async () => explained(name));
}

function explained(name: string | undefined): CommandOutcome {
  const names = name === undefined ? [...EXPLANATIONS.keys()] : [spelled(name)];
  const found = names.map((one) => ({ name: one, ...EXPLANATIONS.get(one) }));
  const text = found.map(({ name: one, means = '', toDo = '' }) => `${one}\n  ${means}\n  To do: ${toDo}`);
  return { exitCode: EXIT.done, document: { explained: found }, text: text.join('\n\n') };
}

function spelled(name: string): string {
  const found = [...EXPLANATIONS.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new VsmError(
    'INVALID_OPTIONS',
    `No error or loss is called "${name}". ${didYouMean(name, [...EXPLANATIONS.keys()], 'vsm explain lists them all.')}`,
  );
}
