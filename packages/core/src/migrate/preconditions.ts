import { ValidationError } from '../errors.ts';
import type { FilterShorthand } from '../filter/shorthand.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import type { MigrateOptions, ResumeOptions } from './options.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';

export function checkSync({ mode, deleteExtra, since, filter }: MigrateOptions): void {
  if (mode === 'sync') {
    if (deleteExtra === true && (since !== undefined || filter !== undefined)) {
      throw new ValidationError('deleteExtra needs the whole source: it cannot be combined with since or filter.');
    }
    return;
  }
  if (deleteExtra !== undefined || since !== undefined) {
    throw new ValidationError("deleteExtra and since belong to mode: 'sync'.");
  }
}

export function withSince(options: MigrateOptions): MigrateOptions {
  const { since, filter } = options;
  if (since === undefined) return options;
  const newer: FilterShorthand = { [since.field]: { $gt: since.after } };
  return { ...options, filter: filter === undefined ? newer : { $and: [filter, newer] } };
}

export function checkEndpoints(plan: MigrationPlan, source: VectorStoreV1, target: VectorStoreV1): void {
  for (const [side, planned, given] of [
    ['source', plan.source, source],
    ['target', plan.target, target],
  ] as const) {
    if (planned.adapter === given.adapter && planned.location === given.location) continue;
    throw new ValidationError(`The plan's ${side} is ${planned.location}, but this migrator has ${given.location}.`);
  }
}

export function checkFunctions(settings: { transform: boolean; embed: boolean }, options: ResumeOptions): void {
  for (const name of ['transform', 'embed'] as const) {
    if (settings[name] === (options[name] !== undefined)) continue;
    throw new ValidationError(
      settings[name]
        ? `The run was started with a ${name} function; resume it with the same one.`
        : `The run was started without a ${name} function; it cannot be resumed with one.`,
    );
  }
}
