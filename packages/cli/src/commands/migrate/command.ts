import type { Command } from 'commander';
import { examples, outputOptions, pairArguments, settings } from '../../options.ts';
import { wordsOf } from '../../words.ts';
import type { MigrateFlags } from './flags.ts';

export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description('Show the plan, copy one collection or all, and verify the copy.');
  settings(
    pairArguments(command),
    'dryRun',
    'plan',
    'yes',
    'verify',
    'allowLoss',
    'completeTarget',
    'mode',
    'deleteExtra',
    'earlierRun',
  );
  settings(
    command,
    'verifySample',
    'witness',
    'sourceRead',
    'maxRecordsPerSecond',
    'maxRetries',
    'layoutFrom',
    'layoutTo',
  );
  settings(command, 'embed', 'embedUrl', 'embedText', 'embedTooLong', 'embedMaxTokens', 'embedDimensions');
  settings(command, 'embedPrices', 'as', 'maxCost', 'dimensions', 'datatype', 'vector');
  settings(command, 'gate', 'gateQueries', 'gateRecall', 'embedSource');
  settings(command, 'report', 'ui', 'otel', 'batchSize', 'concurrency', 'maxBytesInFlight');
  settings(command, 'runDir', 'takeOver', 'metric', 'filter', 'namespaces', 'queue', 'processes', 'parts', 'detach');
  examples(
    command,
    "vsm migrate 'chroma://localhost:8000/*' pglite:./db",
    `vsm migrate file:./docs.parquet chroma://localhost:8000/docs --filter '{"year":{"$gte":2025}}'`,
  );
  outputOptions(command).action(async (...given: [string?, string?, string[]?]) => {
    const { migrate } = await import('./run.ts');
    await migrate(wordsOf(given), command.opts<MigrateFlags>());
  });
}
