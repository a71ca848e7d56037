import type { CountedScope } from '@vsm/core/adapter';
import type { DetectedLayout } from './detect.ts';
import { parseLayout, printLayout } from './choice.ts';
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

/**
 * The layout that a move needs so that the framework still finds its records; `undefined` where none is known or needed.
 * @param scopes the parts of the collection, where it is known to have some
 */
export function proposeLayout(
  { layout, title, confidence, evidence }: DetectedLayout,
  source: { readonly adapter: string },
  target: { readonly adapter: string },
  scopes: readonly CountedScope[] = [],
): ProposedLayout | undefined {
  const { framework, options } = parseLayout(layout);
  const form = Object.hasOwn(framework.forms, target.adapter)
    ? framework.forms[target.adapter as LayoutStore]?.({})
    : undefined;
  const known = form !== undefined && form.sourceOnly !== true;
  if (confidence < LEAST_CONFIDENCE || !known) return undefined;
  if (scopes.length > 1 && form.scope?.or === undefined) {
    const commands = scopes.map(({ name, value, count }) => {
      const scope = name ?? value;
      return `${count} records with --layout-from ${printLayout({ framework, options: { ...options, scope } })} --layout-to ${framework.name}`;
    });
    return {
      from: printLayout({ framework, options: { ...options, scope: '*' } }),
      to: framework.name,
      note: `these look like ${scopes.length} collections of ${title} in one, which would be poured together: move ${commands.join('; ')}; or one after the other with scope=*`,
    };
  }
  if (source.adapter === target.adapter) return undefined;
  return {
    from: layout,
    to: framework.name,
    note:
      `these look like records of ${title} (${evidence.join('; ')}), which looks for them elsewhere in ${target.adapter}: ` +
      `to move them into its form, add --layout-from ${layout} --layout-to ${framework.name}`,
  };
}
