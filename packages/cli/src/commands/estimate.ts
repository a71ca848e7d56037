import {
  estimateReading,
  VectorStoreMigrator,
  type MigrationEstimate,
  type OpenedLocation,
  type ReadingOptions,
  type VectorStoreV1,
} from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { estimateText } from '../report.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { collectionOf, openLocation } from '../stores.ts';
import { jsonObject, locations, selectionOptions, wholeNumber, type Selection } from './options.ts';

interface EstimateFlags extends OutputOptions, Selection {
  readonly probe: boolean;
  readonly batchSize?: number;
}

export function addEstimate(program: Command): void {
  const command = program
    .command('estimate')
    .description(
      'Measure how long a migration would take. With a target, a few thousand records are written there and removed.',
    )
    .argument('<source>', locations)
    .argument('[target]', 'where it would go, to see whether everything fits')
    .option('--batch-size <n>', 'records a page (default: 1000)', wholeNumber)
    .option('--no-probe', 'write nothing: measure reading alone')
    .addHelpText(
      'after',
      `
Examples:
  vsm estimate chroma://localhost:8000/docs
  vsm estimate chroma://localhost:8000/docs pglite:./db?table=docs --json`,
    );
  selectionOptions(command).action(async (source: string, target: string | undefined, flags: EstimateFlags) => {
    await runCommand(flags, async ({ signal, use }) => {
      const from = use(await openLocation(source, 'source'));
      const collectionName = collectionOf(from, source);
      const reading = {
        filter: flags.filter === undefined ? undefined : jsonObject('--filter', flags.filter),
        batchSize: flags.batchSize,
        probe: flags.probe,
        signal,
      };
      const estimate =
        target === undefined
          ? await estimateReading(from.store, collectionName, reading)
          : await estimateMigration(from.store, collectionName, use(await openLocation(target, 'target')), reading);
      return { exitCode: EXIT.done, document: estimate, text: estimateText(estimate) };
    });
  });
}

async function estimateMigration(
  source: VectorStoreV1,
  collectionName: string,
  to: OpenedLocation,
  reading: ReadingOptions & { readonly probe: boolean },
): Promise<MigrationEstimate> {
  const migrator = new VectorStoreMigrator({ source, target: to.store });
  return migrator.estimate({ ...reading, collectionName, targetCollection: to.collection });
}
