import { inspectCollection } from '@vsm/core';
import { retryingStore } from '@vsm/core/adapter';
import { collectionText } from '@vsm/report/text';
import { line } from '@vsm/report/redact';
import { EXIT } from '../../exit-codes.ts';
import { recognise, recognisedText } from '../../layouts.ts';
import { runCommand } from '../../run.ts';
import { openLocation } from '../../stores.ts';
import type { InspectFlags } from './flags.ts';

export async function inspect(location: string, flags: InspectFlags): Promise<void> {
  await runCommand(flags, async ({ signal, use, config, secrets }) => {
    const opened = use(await openLocation(location, 'source', await config(flags.config, [location]), secrets));
    const { collection } = opened;
    const store = retryingStore(opened.store);
    const all = collection === undefined || collection === '*';
    const names = all ? await store.listCollections({ signal }) : [collection];
    const collections = [];
    for (const name of names) {
      const report = await inspectCollection(store, name, { signal });
      collections.push({ ...report, ...(await recognise(store, name, signal)) });
    }
    const text =
      collections.length === 0
        ? line`${store.location} has no collections`
        : collections.map((one) => `${collectionText(one)}\n${recognisedText(one)}`).join('\n\n');
    return { exitCode: EXIT.done, document: { adapter: store.adapter, location: store.location, collections }, text };
  });
}
