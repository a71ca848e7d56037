import type { Capabilities } from '@vsm/core/adapter';
import type { Offer } from './offers.ts';
import type { ConformanceContext } from './context.ts';

/** One thing that must hold for every store. Cases are data, so that every runner works through the same list. */
export interface ConformanceCase {
  /** `group/what-must-hold`. Permanent: deviations and reports refer to it. */
  readonly id: string;
  readonly title: string;
  /** The two or three usual causes of a failure. */
  readonly hint: string;
  /** Decides by capabilities alone. A capability that is missing has a case of its own, which expects the refusal. */
  readonly appliesTo?: (capabilities: Capabilities) => boolean;
  /** What the harness has to offer for it; without, the case is not run, and the report says so. */
  readonly needs?: Offer;
  readonly run: (context: ConformanceContext) => Promise<void>;
}
