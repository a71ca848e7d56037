/** What both stores hold of records whose owner alone can judge them. */
import type { VectorRecord } from '@vsm/core';
import { printKept } from '@vsm/core/engine';
import type { BothValues } from './facts.ts';
import type { Journal } from './journal.ts';
import type { Route } from './route.ts';

/** Records that are found to have been written to the source around the journal after the switch. */
export async function keepDoubt(journal: Journal, route: Route, keys: readonly string[]): Promise<void> {
  const { now } = await journal.seen();
  const values = await bothValues(route, keys);
  const id = journal.newName();
  await journal.keepValues({ id, side: 'source', keys, at: now, answered: false }, values);
}

/** What both stores hold of records, as it is kept. */
export async function bothValues(route: Route, keys: readonly string[]): Promise<ReadonlyMap<string, BothValues>> {
  const [here, there] = [await route.read(keys), await route.present(keys)];
  const [source, target] = route.from === 'source' ? [here, there] : [there, here];
  return new Map(keys.map((key) => [key, { source: printed(source.get(key)), target: printed(target.get(key)) }]));
}

function printed(record: VectorRecord | undefined): string | undefined {
  return record && printKept(record);
}
