import type { DetectedLayout } from './detect.ts';
import { parseLayout } from './choice.ts';
import type { LayoutStore } from './form.ts';

export interface ProposedLayout {
  /** As `--layout-from` and `--layout-to` take them. */
  readonly from: string;
  readonly to: string;
  /** What to tell whoever moves the collection without a layout. */
  readonly note: string;
}

/** Less is a guess, which is shown by `inspect` and proposes nothing. */
const LEAST_CONFIDENCE = 0.6;

/** The layout that a move needs so that the framework still finds its records; `undefined` where none is known or needed. */
export function proposeLayout(
  { layout, title, confidence, evidence }: DetectedLayout,
  source: { readonly adapter: string },
  target: { readonly adapter: string },
): ProposedLayout | undefined {
  const { framework } = parseLayout(layout);
  const form = Object.hasOwn(framework.forms, target.adapter)
    ? framework.forms[target.adapter as LayoutStore]?.({})
    : undefined;
  const known = form !== undefined && form.sourceOnly !== true;
  if (confidence < LEAST_CONFIDENCE || source.adapter === target.adapter || !known) return undefined;
  return {
    from: layout,
    to: framework.name,
    note:
      `these look like records of ${title} (${evidence.join('; ')}), which looks for them elsewhere in ${target.adapter}: ` +
      `to move them into its form, add --layout-from ${layout} --layout-to ${framework.name}`,
  };
}
