export type { Selection as PlanFlags } from '../../selection.ts';
