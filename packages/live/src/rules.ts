/**
 * The rules that keep a move right, by name, so that the simulation can take each away and see it go wrong. Nobody else takes any away.
 * The numbers in docs/live.md are in brackets.
 */
export const RULES = [
  /** (1) `done` takes a new seq. */
  'seq-at-done',
  /** (1) To raise takes a new seq, even where the recheck is later already. */
  'seq-at-raise',
  /** (1) A seq is never used again, not even after the mark was cleared. */
  'seq-anew',
  /** (1) `done` makes a mark anew that is gone. */
  'done-remakes',
  /** (1) A raise makes a mark anew that is gone. */
  'raise-remakes',
  /** (2) The mark comes before the write. */
  'begin-first',
  /** (2) A begin for another store than the one that takes writes is refused. */
  'begin-fenced',
  /** (3) A write is sent within the lease of its begin. */
  'sent-in-time',
  /** (3) The time for that counts from the sending of the begin. */
  'from-sending',
  /** (3) While a write is pending, its begin is repeated. */
  'begin-repeated',
  /** (4) A write that failed, or whose answer is lost, has no `done`. */
  'failed-not-done',
  /** (4) `done` leaves what other writes hold. */
  'done-keeps-others',
  /** (5) A mark is cleared only if its seq is as it was taken. */
  'clear-by-seq',
  /** (5) What was held when it was taken is not cleared. */
  'clear-taken-settled',
  /** (5) The time that counts for clearing is the one before the fetch. */
  'clear-by-fetch',
  /** (5) Of one id only one drain is in flight. */
  'one-drain',
  /** (6) A drain write that failed raises its marks. */
  'failed-raised',
  /** (6) The raise is repeated until the journal has answered it. */
  'raise-insists',
  /** (7) One drainer, by lease. */
  'one-drainer',
  /** (7) A new drainer waits until nothing of the one before can land. */
  'new-waits',
  /** (7) A drainer that was started again is a new one. */
  'restarted-is-new',
  /** (7, 8) Whoever writes looks at its lease before each write. */
  'lease-checked',
  /** (7) What began under a lease that another one had since is not sent. */
  'same-lease',
  /** (7, 8) That the copy is done says only who had the lease from its begin on. */
  'copied-by-lease',
  /** (8) Nothing is drained while the backfill copies. */
  'drain-after-copy',
  /** (8) The drain begins later than the last page by as long as that may take to land. */
  'pause-after-copy',
  /** (12) An instance that has not renewed its phase refuses writes. */
  'renewed',
  /** (12) An instance that writes on without the journal is not gone by time. */
  'records-stay',
  /** (12) That acknowledges nothing before it has told what it wrote meanwhile. */
  'gap-pending',
  /** (12) What it wrote without the journal is marked once that is back. */
  'gap-told',
  /** (13) The barrier waits for every instance. */
  'instances-acknowledge',
  /** (13) An instance acknowledges nothing while an earlier write is pending. */
  'pending-counts',
  /** (13) An instance counts as gone only once nothing of it can land. */
  'gone-late',
  /** (13) The barrier waits for the last mark. */
  'no-marks',
  /** (13) The barrier waits for the drainer's word. */
  'drainer-acknowledges',
  /** (13) A held write goes to the source only once the journal has said that the switch fell back. */
  'held-asks',
  /** (15) Where nobody knows what was written without marks, a verification is clean before a switch. */
  'gap-verified',
  /** (15) One is clean before the way back, too. */
  'gap-before-back',
  /** (15) A switch falls back where the journal is told, while it is on its way, of what the verification cannot have seen. */
  'gap-at-barrier',
  /** (15) It began when the last of what nobody knows of could not land any more. */
  'gap-late',
  /** (19) The copy begins later than the last acknowledgement by as long as an unmarked write may take to land. */
  'pause-before-copy',
] as const;

export type Rule = (typeof RULES)[number];

/** Whether a rule is kept. */
export type Keeps = (rule: Rule) => boolean;

export const KEEPS_ALL: Keeps = () => true;
