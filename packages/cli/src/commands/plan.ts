import { VectorStoreMigrator, type MigrationPlan } from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { collectionOf, openLocation } from '../stores.ts';
import { jsonObject, locations, metricOption, selectionOptions, type Selection } from './options.ts';

export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('Decide everything a migration would do, and list what it would lose. Writes nothing.')
    .argument('<source>', locations)
    .argument('<target>', locations)
    .addHelpText(
      'after',
      `
Examples:
  vsm plan chroma://localhost:8000/docs pglite:./db?table=docs
  vsm plan qdrant://localhost:6333/docs chroma://localhost:8000/docs --json > plan.json`,
    );
  selectionOptions(metricOption(command)).action(
    async (source: string, target: string, flags: OutputOptions & Selection) => {
      await runCommand(flags, async ({ signal, use }) => {
        const from = use(await openLocation(source, 'source'));
        const to = use(await openLocation(target, 'target'));
        const sourceCollection = collectionOf(from, source);
        const migrator = new VectorStoreMigrator({ source: from.store, target: to.store, checkpoints: false });
        const plan = await migrator.plan({
          sourceCollection,
          targetCollection: to.collection,
          filter: flags.filter === undefined ? undefined : jsonObject('--filter', flags.filter),
          namespaces: flags.namespace ?? from.namespaces,
          metric: flags.metric,
          signal,
        });
        return { exitCode: plan.losses.length === 0 ? EXIT.done : EXIT.usage, document: plan, text: planText(plan) };
      });
    },
  );
}

function planText(plan: MigrationPlan): string {
  const { source, target, sample } = plan;
  const lines = [
    `${plan.totalVectors} records from ${source.location} "${source.collection}"`,
    `to ${target.location} "${target.collection}", which ${plan.createTarget ? 'will be created' : `exists and holds ${plan.targetCount} records`}`,
  ];
  for (const [name, vector] of Object.entries(plan.schema.vectors)) {
    const label = name === '' ? 'vector' : `vector "${name}"`;
    lines.push(
      `  ${label}: ${vector.kind}${vector.kind === 'sparse' ? '' : `, ${vector.dimension ?? '?'} dimensions, ${vector.metric ?? 'no metric'}`}`,
    );
  }
  for (const [part, count] of Object.entries(plan.encodings)) {
    lines.push(`  encoded, and restored when read: ${part} of ${count} of ${sample.records} sampled records`);
  }
  for (const warning of plan.warnings) lines.push(`  note: ${warning}`);
  for (const { name, detail } of plan.losses) lines.push(`  LOSS ${name}: ${detail}`);
  if (plan.losses.length > 0) lines.push('Allow each loss by name to go on: --allow-loss NAME');
  return lines.join('\n');
}
