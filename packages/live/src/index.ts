export { createJournal, type Journal, type JournalOptions } from './journal.ts';
export type { JournalMarks, Refused, Taken } from './journal-marks.ts';
export type { Beat, BeatAnswer, Claim, JournalMembers, Lease, LeaseRequest } from './journal-members.ts';
export type { Attempt, JournalPhases, NextPhase, Seen, Waiting } from './journal-phases.ts';
export { joinMove, openJournal, openLive, type Live, type LiveId, type LiveOptions } from './live.ts';
export {
  PHASES,
  TIMINGS,
  type DoubtfulWrite,
  type InstanceRow,
  type KeyedMark,
  type Mark,
  type MoveFacts,
  type MoveHeader,
  type OpenWrite,
  type Phase,
  type PhaseRow,
  type RunnerFigures,
  type RunnerRow,
  type ShadowFigures,
  type Side,
  type Timings,
  type Verified,
} from './model.ts';
export { planMove, startMove, type PlanMoveOptions } from './plan-move.ts';
export type { ReadActions } from './read.ts';
export type { RouteStores } from './route.ts';
export type { Keeps, Rule } from './rules.ts';
export { runMove, type RunMoveOptions } from './runner.ts';
export { moveStatus, type ListedRecord, type MoveStatus } from './status.ts';
export { back, next, type Gates, type NextOptions, type StepOutcome } from './steps.ts';
export { postgresTriggers, type TriggerOptions, type Triggers } from './triggers.ts';
export type { SendGuard, WriteActions } from './write.ts';
