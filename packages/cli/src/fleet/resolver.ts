import { createHash } from 'node:crypto';
import { VsmError, type Embedding, type OpenedLocation } from '@vsm/core';
import type { FleetHeader, FleetStores, StoreResolver } from '@vsm/distributed';
import { maskLocation } from '@vsm/report/redact';
import type { MigrationConfig } from '../config.ts';
import { layoutOfRun } from '../layouts.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { CommandContext } from '../run.ts';
import { openLocation, type Side } from '../stores.ts';
import { ownVersion } from '../version.ts';

/** What a worker has to have in common with whoever started a run. */
export function versionsOf(migration: MigrationConfig | undefined): Record<string, string> {
  return { vsm: ownVersion(), ...(migration !== undefined && { 'the migration in its config': hashOf(migration) }) };
}

/** Functions by their text: they cannot be kept with the run. */
function hashOf(migration: MigrationConfig): string {
  const text = JSON.stringify(migration, (_key, value: unknown) =>
    typeof value === 'function' ? String(value) : typeof value === 'bigint' ? `${value}n` : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * Opens the stores of a run by locations that this process was given: on its command line or in its config file. Those that stand with
 * the run only choose among them.
 */
export function storeResolver(
  words: readonly string[],
  config: LoadedConfig | undefined,
  context: CommandContext,
): StoreResolver {
  const opened = new Map<string, Promise<OpenedLocation>>();
  const open = (word: string, side: Side): Promise<OpenedLocation> => {
    const key = `${side} ${word}`;
    const known = opened.get(key) ?? openLocation(word, side, config, context.secrets).then(context.use);
    opened.set(key, known);
    return known;
  };
  const migrations = [...(config?.migrations.values() ?? [])];
  const known = [
    ...words,
    ...migrations.flatMap(({ source, target }) => [source, target]),
    ...[...(config?.stores.keys() ?? [])].map((name) => `${name}:`),
  ];
  const find = async (header: FleetHeader, side: Side): Promise<OpenedLocation> => {
    const { adapter, location } = header.plan[side];
    const noted = header.annotations?.[side];
    // The one that the run was started with first: it needs no other to be opened.
    const likely = known.toSorted(
      (left, right) => Number(maskLocation(right) === noted) - Number(maskLocation(left) === noted),
    );
    for (const word of likely) {
      const candidate = await open(word, side).catch((error: unknown) => error);
      if (candidate instanceof Error) {
        if (maskLocation(word) === noted) throw candidate;
        continue;
      }
      const { store } = candidate as OpenedLocation;
      if (store.adapter === adapter && store.location === location) return candidate as OpenedLocation;
    }
    throw new VsmError(
      'INVALID_OPTIONS',
      `Run ${header.runId} has its ${side} at ${location}, which this worker was not told of. Name it: vsm worker ${location} …, or as a store in the config file.`,
    );
  };
  return async (header): Promise<FleetStores> => {
    const name = header.annotations?.['migration'];
    const migration = typeof name === 'string' ? config?.migrations.get(name) : undefined;
    const embed = sharedEmbedding(migration?.embed);
    const [source, target] = [await find(header, 'source'), await find(header, 'target')];
    const ends = { source: source.store, target: target.store };
    return {
      ...ends,
      transform: migration?.transform,
      embed,
      layout: await layoutOfRun(header.annotations, ends),
      versions: versionsOf(migration),
      observer: context.observer,
    };
  };
}

/** @throws VsmError for a model */
function sharedEmbedding(embed: MigrationConfig['embed']): Embedding | undefined {
  if (embed === undefined || !('model' in embed)) return embed;
  throw unsharedModel();
}

/** Its price and its cache belong to one process. */
export function unsharedModel(): VsmError {
  return new VsmError(
    'INVALID_OPTIONS',
    'A run that several workers share computes vectors by a function in the config file (embed: { embed, dimension }), not by a model, whose price and cache one process keeps. Leave out --queue, or give a function.',
  );
}
