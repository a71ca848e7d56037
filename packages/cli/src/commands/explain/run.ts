import { VsmError } from '@vsm/core';
import { didYouMean } from '@vsm/core/adapter';
import { EXIT } from '../../exit-codes.ts';
import type { CommandOutcome } from '../../run.ts';
import { EXPLANATIONS } from './explanations.ts';

/** @throws VsmError `INVALID_OPTIONS` for a name that nothing has */
export function explain(name: string | undefined): CommandOutcome {
  const names = name === undefined ? [...EXPLANATIONS.keys()] : [spelled(name)];
  const explained = names.map((one) => ({ name: one, ...EXPLANATIONS.get(one) }));
  const text = explained.map(({ name: one, means = '', toDo = '' }) => `${one}\n  ${means}\n  To do: ${toDo}`);
  return { exitCode: EXIT.done, document: { explained }, text: text.join('\n\n') };
}

function spelled(name: string): string {
  const found = [...EXPLANATIONS.keys()].find((one) => one.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new VsmError(
    'INVALID_OPTIONS',
    `No error or loss is called "${name}". ${didYouMean(name, [...EXPLANATIONS.keys()], 'vsm explain lists them all.')}`,
  );
}
