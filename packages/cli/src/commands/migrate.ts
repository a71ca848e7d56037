import type { LossName, VerifyLevel } from '@vsm/core';
import type { Command } from 'commander';
import { pageOptions, type PageFlags } from '../page/page-flags.ts';
import {
  collect,
  examples,
  layoutOptions,
  metricOption,
  paceOptions,
  pairArguments,
  runDirectoryOption,
  selectionOptions,
  wholeNumber,
  type Selection,
} from './options.ts';
import { wordsOf } from './words.ts';

export interface MigrateFlags extends Selection, PageFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly plan?: string;
  readonly verify?: VerifyLevel | 'none';
  readonly allowLoss: LossName[];
  readonly sync?: boolean;
  readonly deleteExtra?: boolean;
  readonly verifySample?: number;
  readonly maxRecordsPerSecond?: number;
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly maxRetries?: number;
}

export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description('Show the plan, copy one collection or all, and verify the copy.')
    .option('--dry-run', 'read, map and check everything, write nothing')
    .option('--plan <file>', 'carry out this plan, as vsm plan --json printed it; refused where the target has changed')
    .option('--yes', 'do not ask: go on with the plan, and accept the losses that it lists')
    .option('--verify <level>', 'how deep to verify: none, count, ids, values or search (default: values)')
    .option('--allow-loss <name>', 'accept a loss that the plan lists; may be repeated', collect, [])
    .option('--sync', 'write only what the target lacks or has otherwise')
    .option('--delete-extra', 'with --sync: delete from the target what the source does not have')
    .option('--verify-sample <n>', 'compare the values of about this many records', wholeNumber)
    .option('--max-records-per-second <n>', 'write no faster than this', wholeNumber)
    .option('--max-retries <n>', 'repeat calls that fail for a passing reason', wholeNumber);
  layoutOptions(pairArguments(command));
  examples(
    command,
    "vsm migrate 'chroma://localhost:8000/*' pglite:./db",
    `vsm migrate file:./docs.parquet chroma://localhost:8000/docs --filter '{"year":{"$gte":2025}}'`,
  );
  selectionOptions(metricOption(runDirectoryOption(paceOptions(pageOptions(command))))).action(
    async (...given: [string?, string?, string[]?]) => {
      const { migrate } = await import('../actions/migrate.ts');
      await migrate(wordsOf(given), command.opts<MigrateFlags>());
    },
  );
}
