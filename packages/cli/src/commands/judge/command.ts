import { InvalidArgumentError, Option, type Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { JudgeFlags } from './flags.ts';

export function addJudge(program: Command): void {
  const command = program
    .command('judge')
    .description('Ask two collections the same questions exactly, and say whether search got worse. Reads only.');
  pairArguments(command)
    .option('--queries <file>', 'JSON Lines of queries (docs/re-embedding.md); default: records of the source')
    .option('--sample <n>', 'records of the source that are their own queries (default: 200)', whole)
    .option('--top-k <n>', 'answers to a query (default: 10)', whole)
    .option('--slice <field>', 'show the figures by the values of this field, too')
    .option('--vector <name>', 'the vector of the source, where there are several')
    .option('--target-vector <name>', 'the vector of the target, where there are several')
    .option('--min-overlap <share>', 'end with 3 where fewer of the answers are the same, 0 to 1', share)
    .option('--min-recall <share>', 'end with 3 where the target finds fewer of the right ones, 0 to 1', share);
  settings(command, 'embedSource', 'dimensions', 'datatype', 'report');
  command.addOption(new Option('--html <file>').hideHelp());
  settings(command, 'embed', 'embedUrl', 'embedDimensions', 'embedPrices', 'maxCost', 'runDir');
  examples(
    command,
    'vsm judge chroma://localhost:8000/docs qdrant://localhost:6333/docs --min-overlap 0.9',
    'vsm judge old:docs new:docs --queries queries.jsonl --embed-source openai:text-embedding-ada-002 --embed openai:text-embedding-3-small',
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { judge } = await import('./run.ts');
    await judge(wordsOf(given), command.opts<JudgeFlags>());
  });
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}
