import { inspectCollection } from '@vsm/core';
import { retryingStore } from '@vsm/core/adapter';
import { EXIT } from '../exit-codes.ts';
import { detect, detectedText } from '../layouts.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { openLocation } from '../stores.ts';
import { collectionText } from '../text/collection.ts';

export async function inspect(location: string, flags: OutputOptions): Promise<void> {
  await runCommand(flags, async ({ signal, use, config }) => {
    const opened = use(await openLocation(location, 'source', await config(flags.config, [location])));
    const { collection } = opened;
    const store = retryingStore(opened.store);
    const all = collection === undefined || collection === '*';
    const names = all ? await store.listCollections({ signal }) : [collection];
    const collections = [];
    for (const name of names) {
      const report = await inspectCollection(store, name, { signal });
      collections.push({ ...report, ...(await detect(store, name, signal)) });
    }
    const text =
      collections.length === 0
        ? `${store.location} has no collections`
        : collections.map((one) => `${collectionText(one)}\n${detectedText(one)}`).join('\n\n');
    return { exitCode: EXIT.done, document: { adapter: store.adapter, location: store.location, collections }, text };
  });
}
