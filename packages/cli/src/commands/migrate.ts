import { VectorStoreMigrator, type LossName, type VerifyLevel } from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { migrationText } from '../report.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { collectionOf, maskLocation, openLocation } from '../stores.ts';
import {
  collect,
  jsonObject,
  locations,
  metricOption,
  paceOptions,
  runDirectory,
  runDirectoryOption,
  selectionOptions,
  wholeNumber,
  type Selection,
} from './options.ts';

interface MigrateFlags extends OutputOptions, Selection {
  readonly dryRun?: boolean;
  readonly verify: VerifyLevel | 'none';
  readonly allowLoss: LossName[];
  readonly runDir?: string;
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
    .description('Copy a collection and verify the copy.')
    .argument('<source>', locations)
    .argument('<target>', locations)
    .option('--dry-run', 'read, map and check everything, write nothing')
    .option('--verify <level>', 'how deep to verify: none, count, ids, values or search', 'values')
    .option('--allow-loss <name>', 'accept a loss that the plan lists; may be repeated', collect, [])
    .option('--sync', 'write only what the target lacks or has otherwise')
    .option('--delete-extra', 'with --sync: delete from the target what the source does not have')
    .option('--verify-sample <n>', 'compare the values of about this many records', wholeNumber)
    .option('--max-records-per-second <n>', 'write no faster than this', wholeNumber)
    .option('--max-retries <n>', 'repeat calls that fail for a passing reason', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  vsm migrate chroma://localhost:8000/docs pglite:./db?table=docs
  vsm migrate file:./docs.parquet chroma://localhost:8000/docs --filter '{"year":{"$gte":2025}}'`,
    );
  selectionOptions(metricOption(runDirectoryOption(paceOptions(command)))).action(
    async (source: string, target: string, flags: MigrateFlags) => {
      await runCommand(flags, async ({ signal, onProgress, use }) => {
        const from = use(await openLocation(source, 'source'));
        const to = use(await openLocation(target, 'target'));
        const sourceCollection = collectionOf(from, source);
        const migrator = new VectorStoreMigrator({
          source: from.store,
          target: to.store,
          validate: flags.verify !== 'none',
          maxRetries: flags.maxRetries,
          onProgress,
          checkpoints: runDirectory(flags.runDir),
        });
        const result = await migrator.migrate({
          sourceCollection,
          targetCollection: to.collection ?? sourceCollection,
          filter: flags.filter === undefined ? undefined : jsonObject('--filter', flags.filter),
          namespaces: flags.namespace ?? from.namespaces,
          metric: flags.metric,
          batchSize: flags.batchSize,
          concurrency: flags.concurrency,
          dryRun: flags.dryRun,
          allowLoss: flags.allowLoss,
          verify: flags.verify === 'none' ? undefined : flags.verify,
          verifySample: flags.verifySample,
          maxRecordsPerSecond: flags.maxRecordsPerSecond,
          mode: flags.sync === true ? 'sync' : 'copy',
          deleteExtra: flags.deleteExtra,
          annotations: { source: maskLocation(source), target: maskLocation(target) },
          signal,
        });
        return {
          exitCode: result.success ? EXIT.done : EXIT.differences,
          document: result,
          text: migrationText(result),
        };
      });
    },
  );
}
