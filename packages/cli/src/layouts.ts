import { VsmError, type JsonObject, type MigrationPlan, type RecordLayout, type VectorStoreV1 } from '@vsm/core';
import type { DetectedLayout } from '@vsm/layouts';
import { line } from '@vsm/report/redact';
import type { Job, Jobs } from './jobs.ts';

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
}

interface Ends {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
}

/** Every collection with the layout that the flags give it, or its entry in the config file. */
export async function withLayouts(jobs: Jobs, flags: LayoutFlags): Promise<Jobs> {
  return { ...jobs, list: await Promise.all(jobs.list.map((job) => withLayout(job, flags))) };
}

async function withLayout(job: Job, flags: LayoutFlags): Promise<Job> {
  const layoutFrom = flags.layoutFrom ?? job.layouts.layoutFrom;
  const layoutTo = flags.layoutTo ?? job.layouts.layoutTo;
  if (layoutFrom === undefined) {
    if (layoutTo === undefined) return job;
    throw new VsmError(
      'INVALID_OPTIONS',
      '--layout-to needs --layout-from: the form that the source has. vsm inspect shows what it looks like.',
    );
  }
  const { source, target, sourceCollection, options } = job;
  const choice: LayoutChoice = {
    from: layoutFrom,
    to: layoutTo ?? layoutFrom.replace(/:.*/s, ''),
    sourceCollection,
    namespaces: flags.namespace ?? options.namespaces,
  };
  const layout = await makeLayout(choice, { source: source.store, target: target.store });
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
  const detected = await detect(source, plan.source.collection, signal).catch(() => undefined);
  const proposal = detected === undefined ? undefined : proposeLayout(detected, source, target);
  return proposal === undefined ? plan : { ...plan, warnings: [...plan.warnings, proposal.note] };
}

export async function detect(
  store: VectorStoreV1,
  name: string,
  signal: AbortSignal,
): Promise<DetectedLayout | undefined> {
  const { detectLayout } = await import('@vsm/layouts');
  return detectLayout(store, name, { signal });
}

export function detectedText(layout: DetectedLayout | undefined): string {
  if (layout === undefined) return '  layout: none that is known';
  const { title, confidence, evidence } = layout;
  return line`  layout: ${layout.layout} (${title}), ${Math.round(100 * confidence)} % sure: ${evidence.join('; ')}`;
}
