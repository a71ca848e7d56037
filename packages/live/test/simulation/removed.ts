import type { Rule } from '@vsm/live';
import type { Hostility } from './hostile.ts';

/** Who stands still between its last look at the clock and a request, for longer than anything is held. */
export type Late = 'application' | 'drainer';

/** Rules that another one stands in for, as far as faults of this kind go: they are taken away together. */
const STANDS_IN: Partial<Record<Rule, readonly Rule[]>> = {
  // A held write that goes on by its own clock meets the fence.
  'held-asks': ['begin-fenced'],
  // What a done leaves as it was had been taken while it was held, and the other way round.
  'seq-at-done': ['clear-taken-settled'],
  'clear-taken-settled': ['seq-at-done'],
  // Who was gone does not send what it begins after the switch, and who has not heard of the switch cannot begin.
  'begin-fenced': ['renewed'],
  renewed: ['begin-fenced'],
  // What is begun again and again is sent lately after one of them.
  'from-sending': ['begin-repeated'],
  // What is on its way has a mark, and what has none meets the fence.
  'instances-acknowledge': ['begin-fenced'],
  'gone-late': ['begin-fenced', 'renewed'],
  // A drainer says nothing while there are marks.
  'no-marks': ['drainer-acknowledges'],
  // The barrier asks again.
  'gap-before-back': ['gap-at-barrier'],
  // What was held when it was taken is not cleared either.
  'clear-by-fetch': ['clear-taken-settled'],
};

/** Rules for what stood still between its last look at the clock and a request; within what may be late, nothing is gone that they make anew. */
export const FOR_THE_LATE: Partial<Record<Rule, Late>> = {
  'done-remakes': 'application',
  'raise-remakes': 'drainer',
};

/** In which trouble a rule is missed in few runs; the others are missed in any. */
export const MISSED_IN: Partial<Record<Rule, Hostility>> = {
  'seq-at-raise': 'long-writes',
  'begin-repeated': 'long-writes',
  'from-sending': 'last-words',
  'seq-anew': 'late-clears',
  'clear-by-fetch': 'just-expired',
  'restarted-is-new': 'dying-drainers',
  'drain-after-copy': 'slow-pages',
  'pause-after-copy': 'late-copies',
  'pause-before-copy': 'late-unmarked',
  'pending-counts': 'long-unmarked',
  'begin-fenced': 'deaf',
  renewed: 'deaf',
  'instances-acknowledge': 'half-deaf',
  'gone-late': 'deaf',
  'records-stay': 'cut-off',
  'gap-pending': 'cut-off',
  'gap-told': 'cut-off',
  'gap-verified': 'forgetful',
  'gap-late': 'late-forgotten',
};

/** What is taken away to see a rule missed. */
export function removed(rule: Rule): readonly Rule[] {
  return [rule, ...(STANDS_IN[rule] ?? [])];
}
