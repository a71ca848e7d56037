export type { WhenJournalIsDown } from './gap.ts';
export { createJournal, type Journal, type JournalOptions } from './journal.ts';
export type { JournalMarks, Refused, Taken } from './journal-marks.ts';
export type { Beat, BeatAnswer, Claim, JournalMembers, Lease, LeaseRequest } from './journal-members.ts';
export type { Attempt, JournalPhases, NextPhase, Seen, Waiting } from './journal-phases.ts';
export type { BothValues, DoubtfulWrite, Gap, MoveFacts, Sampled, Verified } from './facts.ts';
export type { JournalDoubts } from './journal-doubts.ts';
export { joinMove, openJournal, openLive, type Live, type LiveId, type LiveOptions } from './live.ts';
export {
  PHASES,
  TIMINGS,
  type InstanceRow,
  type KeyedMark,
  type Mark,
  type MarkRates,
  type MoveHeader,
  type OpenWrite,
  type Phase,
  type PhaseRow,
  type RunnerFigures,
  type RunnerRow,
  type ShadowFigures,
  type Side,
  type Timings,
} from './model.ts';
export { planMove, startMove, type PlanMoveOptions } from './plan-move.ts';
export type { ReadActions } from './read.ts';
export type { RouteStores } from './route.ts';
export type { Keeps, Rule } from './rules.ts';
export { runMove, type RunMoveOptions } from './runner.ts';
export { moveStatus, type ListedRecord, type MoveStatus } from './status.ts';
export type { Gates } from './conditions.ts';
export { back, gone, next, type NextOptions, type StepOutcome } from './steps.ts';
export { postgresTriggers, type TriggerOptions, type Triggers } from './triggers.ts';
export type { SendGuard, WriteActions } from './actions.ts';
