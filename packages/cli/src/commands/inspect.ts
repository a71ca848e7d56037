import { inspectCollection } from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { collectionText } from '../report.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { openLocation } from '../stores.ts';
import { locations, outputOptions } from './options.ts';

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what a store or a collection holds. Reads only.')
    .argument('<location>', locations)
    .addHelpText(
      'after',
      `
Examples:
  vsm inspect chroma://localhost:8000
  vsm inspect pglite:./db?table=docs --json`,
    );
  outputOptions(command).action(async (location: string, flags: OutputOptions) => {
    await runCommand(flags, async ({ signal, use }) => {
      const { store, collection } = use(await openLocation(location, 'source'));
      const names =
        collection === undefined || collection === '*' ? await store.listCollections({ signal }) : [collection];
      const collections = [];
      for (const name of names) collections.push(await inspectCollection(store, name, { signal }));
      const text =
        collections.length === 0
          ? `${store.location} has no collections`
          : collections.map(collectionText).join('\n\n');
      return { exitCode: EXIT.done, document: { adapter: store.adapter, location: store.location, collections }, text };
    });
  });
}
