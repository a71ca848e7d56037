import { line } from '@vsm/report/redact';
import {
  VsmError,
  type CountedScope,
  type JsonObject,
  type MigrationPlan,
  type RecordLayout,
  type VectorStoreV1,
} from '@vsm/core';
import type { DetectedLayout, LayoutScopes, PossibleLayout } from '@vsm/layouts';
import { checkApart, type Job, type Jobs } from './jobs.ts';

// @vsm/layouts is loaded only where a layout is asked for or looked for.

export interface LayoutFlags {
  readonly layoutFrom?: string | undefined;
  readonly layoutTo?: string | undefined;
  readonly namespace?: readonly string[] | undefined;
}

/** What a layout depends on, so that `resume` makes the same one again. */
interface LayoutChoice {
  readonly from: string;
  readonly to: string;
  readonly sourceCollection: string;
  readonly namespaces?: readonly string[] | undefined;
  readonly scopes?: LayoutScopes | undefined;
}

interface Ends {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
}

/** Every collection with the layout that the flags give it, or its entry in the config file. */
export async function withLayouts(jobs: Jobs, flags: LayoutFlags): Promise<Jobs> {
  const lists = await Promise.all(jobs.list.map((job) => withLayout(job, flags)));
  return { ...jobs, list: lists.flat(), single: jobs.single && lists.every((list) => list.length === 1) };
}

/** The collection, or each of the parts that `scope=*` asks for. */
async function withLayout(job: Job, flags: LayoutFlags): Promise<Job[]> {
  const layoutFrom = flags.layoutFrom ?? job.layouts.layoutFrom;
  const layoutTo = flags.layoutTo ?? job.layouts.layoutTo;
  if (layoutFrom === undefined) {
    if (layoutTo === undefined) {
      checkApart(job);
      return [job];
    }
    throw new VsmError(
      'INVALID_OPTIONS',
      '--layout-to needs --layout-from: the form that the source has. vsm inspect shows what it looks like.',
    );
  }
  const to = layoutTo ?? layoutFrom.replace(/:.*/s, '');
  const { source, target, sourceCollection, targetCollection } = job;
  const { layoutOfPart, splitScopes } = await import('@vsm/layouts');
  if (job.shared) {
    const part = layoutOfPart(to, target.store, sourceCollection);
    if (part === undefined) checkApart(job);
    else return [await withChoice(job, { from: layoutFrom, to: part }, flags)];
  }
  const asked = {
    from: layoutFrom,
    to,
    source: source.store,
    target: target.store,
    sourceCollection,
    targetCollection,
  };
  const parts = await splitScopes(asked);
  if (parts === undefined) return [await withChoice(job, { from: layoutFrom, to }, flags)];
  const shared = parts.every((part) => part.to !== to);
  if (target.collection !== undefined && target.collection !== '*' && !shared && parts.length > 1) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `All ${parts.length} collections in "${sourceCollection}" would go into the one collection "${targetCollection}". Leave it out of the target, so that each becomes one of its own.`,
    );
  }
  return Promise.all(
    parts.map((part) => withChoice(shared ? job : { ...job, targetCollection: part.name }, part, flags)),
  );
}

async function withChoice(
  job: Job,
  { from, to }: { readonly from: string; readonly to: string },
  flags: LayoutFlags,
): Promise<Job> {
  const { source, target, sourceCollection, targetCollection, options } = job;
  const ends = { source: source.store, target: target.store };
  const { resolveScopes } = await import('@vsm/layouts');
  const choice: LayoutChoice = {
    from,
    to,
    sourceCollection,
    namespaces: flags.namespace ?? options.namespaces,
    scopes: await resolveScopes({ from, to, sourceCollection, targetCollection, ...ends }),
  };
  const layout = await makeLayout(choice, ends);
  const annotations = { ...job.annotations, layout: JSON.parse(JSON.stringify(choice)) as JsonObject };
  return { ...job, options: { ...options, layout }, annotations };
}

async function makeLayout(choice: LayoutChoice, ends: Ends): Promise<RecordLayout> {
  const { createLayout } = await import('@vsm/layouts');
  return createLayout({ ...choice, ...ends });
}

/** The layout of a run, from its annotations. */
export async function layoutOfRun(annotations: JsonObject | undefined, ends: Ends): Promise<RecordLayout | undefined> {
  const choice = annotations?.['layout'] as LayoutChoice | undefined;
  return choice === undefined ? undefined : makeLayout(choice, ends);
}

/** The plan, with a note where a framework would not find its records in the target as they are. */
export async function withProposal(
  plan: MigrationPlan,
  { source, target }: Ends,
  signal: AbortSignal,
): Promise<MigrationPlan> {
  if (plan.layout !== undefined) return plan;
  const { proposeLayout } = await import('@vsm/layouts');
  // A store that fails just now is no reason to refuse the plan.
  const found = await detect(source, plan.source.collection, signal).catch(() => undefined);
  const proposal = found?.layout && proposeLayout(found.layout, source, target, found.scopes);
  return proposal === undefined ? plan : { ...plan, warnings: [...plan.warnings, proposal.note] };
}

/** What a collection looks like, and the parts that it has by that. */
interface Detected {
  readonly layout: DetectedLayout | undefined;
  readonly scopes: readonly CountedScope[] | undefined;
}

async function detect(store: VectorStoreV1, name: string, signal: AbortSignal): Promise<Detected> {
  const { detectLayout, listScopes } = await import('@vsm/layouts');
  const layout = await detectLayout(store, name, { signal });
  const scopes = layout === undefined ? undefined : await listScopes(store, name, layout.layout, { signal });
  return { layout, scopes };
}

interface Recognised extends Detected {
  readonly possibleLayouts?: readonly PossibleLayout[];
}

/** The same, and where it looks like nobody's, whose it could be. */
export async function recognise(store: VectorStoreV1, name: string, signal: AbortSignal): Promise<Recognised> {
  const detected = await detect(store, name, signal);
  if (detected.layout !== undefined) return detected;
  const { guessLayouts } = await import('@vsm/layouts');
  return { ...detected, possibleLayouts: await guessLayouts(store, name, { signal }) };
}

export function recognisedText({ layout, scopes = [], possibleLayouts = [] }: Recognised): string {
  if (layout === undefined) {
    const guesses = possibleLayouts.map(
      (one) => line`    could be ${one.layout} (${one.title}), a guess: ${one.basis}`,
    );
    return ['  layout: none that is known', ...guesses].join('\n');
  }
  const { title, confidence, evidence } = layout;
  const parts = scopes.map(({ name, value, path, count }) => {
    const called = name === undefined ? `"${value}"` : `"${name}" (${path} ${value})`;
    return line`  scope ${called}: ${count} records`;
  });
  const head = line`  layout: ${layout.layout} (${title}), ${Math.round(100 * confidence)} % sure: ${evidence.join('; ')}`;
  return [head, ...parts].join('\n');
}
