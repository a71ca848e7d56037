import { VectorStoreMigrator, type VerifyLevel } from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { verificationLines } from '../report.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { collectionOf, openLocation } from '../stores.ts';
import { jsonObject, locations, paceOptions, selectionOptions, type Selection } from './options.ts';

interface VerifyFlags extends OutputOptions, Selection {
  readonly level: VerifyLevel;
  readonly batchSize?: number;
  readonly concurrency?: number;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('Compare two collections, whoever copied them. Reads only.')
    .argument('<source>', locations)
    .argument('<target>', locations)
    .option('--level <level>', 'count, ids, values or search; each includes the ones before', 'values')
    .addHelpText(
      'after',
      `
Examples:
  vsm verify chroma://localhost:8000/docs pglite:./db?table=docs
  vsm verify file:./docs.parquet chroma://localhost:8000/docs --level search --json`,
    );
  selectionOptions(paceOptions(command)).action(async (source: string, target: string, flags: VerifyFlags) => {
    await runCommand(flags, async ({ signal, onProgress, use }) => {
      const from = use(await openLocation(source, 'source'));
      const to = use(await openLocation(target, 'target'));
      const sourceCollection = collectionOf(from, source);
      const migrator = new VectorStoreMigrator({ source: from.store, target: to.store, onProgress });
      const report = await migrator.verify({
        sourceCollection,
        targetCollection: to.collection ?? sourceCollection,
        filter: flags.filter === undefined ? undefined : jsonObject('--filter', flags.filter),
        namespaces: flags.namespace ?? from.namespaces,
        level: flags.level,
        batchSize: flags.batchSize,
        concurrency: flags.concurrency,
        signal,
      });
      return {
        exitCode: report.passed ? EXIT.done : EXIT.differences,
        document: report,
        text: verificationLines(report).join('\n'),
      };
    });
  });
}
