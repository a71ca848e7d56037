import type { MigrationPlan, MigrationResult } from '@vsm/core';
import type { Judgement } from '@vsm/embed';

export interface GateFlags {
  readonly gate?: string;
  readonly gateQueries?: string;
  readonly gateRecall?: string;
  readonly embedSource?: string;
}

/** A gate whose queries were read, and whose models are there. */
export interface Gate {
  readonly judge: (plan: MigrationPlan) => Promise<Judgement>;
}

/** A result, with what became of its gate where it has one. */
export type GatedResult = MigrationResult & { readonly judgement?: Judgement };
