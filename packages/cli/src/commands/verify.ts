import type { VerifyLevel } from '@vsm/core';
import type { Command } from 'commander';
import { reportOption, type PageFlags } from '../page/page-flags.ts';
import {
  examples,
  layoutOptions,
  metricOption,
  pairArguments,
  paceOptions,
  selectionOptions,
  type Selection,
} from './options.ts';
import { wordsOf } from './words.ts';

export interface VerifyFlags extends Selection, PageFlags {
  readonly level?: VerifyLevel;
  readonly batchSize?: number;
  readonly concurrency?: number;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('Compare two collections, whoever copied them. Reads only.')
    .option('--level <level>', 'count, ids, values or search; each includes the ones before (default: values)');
  layoutOptions(pairArguments(command));
  examples(
    command,
    "vsm verify chroma://localhost:8000/docs 'pglite:./db?table=docs'",
    'vsm verify file:./docs.parquet chroma://localhost:8000/docs --level search --json',
  );
  selectionOptions(metricOption(paceOptions(reportOption(command)))).action(
    async (...given: [string?, string?, string[]?]) => {
      const { verify } = await import('../actions/verify.ts');
      await verify(wordsOf(given), command.opts<VerifyFlags>());
    },
  );
}
