/** What goes wrong far more often than by chance, so that what a rule is there for happens in a few runs. */
export interface Hostile {
  /** Share of the writes that take long to prepare, of the application. */
  readonly embeds?: number | undefined;
  /** How long that is, in leases; without it also longer than anything that was sent may take to land. */
  readonly embedLeases?: readonly [least: number, most: number] | undefined;
  /** Shares of the requests that take any time: writes with and without a mark, those of the copy and of the drain. */
  readonly slow?: Partial<Record<'marked' | 'unmarked' | 'copy' | 'drain', number>> | undefined;
  /** After what share of the longest that a request may take to land its sender gives it up. */
  readonly givesUpAfter?: number | undefined;
  /** Share of the requests of each right after which it dies, once there is a copy. */
  readonly dies?: Partial<Record<'application' | 'drain', number>> | undefined;
  /** Share of the begins with whose answer the application stands still, for less than a lease. */
  readonly stallsAtBegin?: number | undefined;
  /** Share of the clearings of marks before which the drainer stands still, and for how long. */
  readonly stallsAtClear?: readonly [share: number, leastMs: number, mostMs: number] | undefined;
  /** How long somebody of the application hears nothing of every other switch, from its begin. */
  readonly deafMs?: readonly [least: number, most: number] | undefined;
  /** The application writes on without the journal, and remembers so many ids. */
  readonly records?: number | undefined;
  /** How long processes are cut off from the journal, and no other fault comes of itself. */
  readonly cutMs?: readonly [least: number, most: number] | undefined;
  /** Between two writes of one writer. */
  readonly pauseMs?: readonly [least: number, most: number] | undefined;
  /** Between two steps. */
  readonly stepMs?: readonly [least: number, most: number] | undefined;
  /** Share of the steps that lead back, from what is not switched. */
  readonly returns?: number | undefined;
  /** How long things go wrong, where it comes early or never. */
  readonly forMs?: number | undefined;
}

const AT_ONCE = { stepMs: [10, 100], returns: 0.002 } as const;
const NOTHING_SLOW = { marked: 0, unmarked: 0, copy: 0, drain: 0 } as const;

export const HOSTILE = {
  /** Writes are pending while their records are drained. */
  'long-writes': { embeds: 0.6, slow: { drain: 0.3 } },
  /** Writes are sent as late as they may be, and nobody hears of their ends. */
  'last-words': {
    embeds: 1,
    embedLeases: [0.85, 1],
    slow: { marked: 0.9 },
    dies: { application: 0.5 },
    stallsAtBegin: 0.7,
  },
  /** Drainers die with requests on their way. */
  'dying-drainers': { slow: { drain: 0.3 }, dies: { drain: 0.1 } },
  /** A drainer clears marks when another one has been at work for long. */
  'late-clears': { stallsAtClear: [0.03, 1000, 12_000], slow: { drain: 0.2, marked: 0.2 }, dies: { application: 0.1 } },
  /** A drainer clears marks right when those who made them can do nothing more. */
  'just-expired': { stallsAtClear: [0.2, 4000, 6000], slow: { marked: 0.5 }, dies: { application: 0.3 } },
  /** Pages of the copy are on their way for as long as can be. */
  'slow-pages': { ...AT_ONCE, slow: { copy: 0.5 }, givesUpAfter: 1, pauseMs: [500, 3000], forMs: 30_000 },
  /** Pages of the copy land when it is over. */
  'late-copies': { ...AT_ONCE, slow: { copy: 0.5 }, givesUpAfter: 0.1, pauseMs: [500, 3000], forMs: 25_000 },
  /** Writes without marks land when the copy has gone by. */
  'late-unmarked': { ...AT_ONCE, slow: { unmarked: 0.5 }, givesUpAfter: 0.1, pauseMs: [500, 3000], forMs: 25_000 },
  /** Writes without marks are prepared for longer than the copy takes. */
  'long-unmarked': { ...AT_ONCE, embeds: 0.5, embedLeases: [8, 25], pauseMs: [500, 3000], forMs: 30_000 },
  /** Processes of the application hear nothing of a switch, until nobody waits for them. */
  deaf: { ...AT_ONCE, deafMs: [500, 9000], slow: NOTHING_SLOW, pauseMs: [200, 2000] },
  /** The same, for as long as they may write without having heard of the journal. */
  'half-deaf': { ...AT_ONCE, deafMs: [400, 950], slow: NOTHING_SLOW, pauseMs: [200, 2000] },
  /** Processes of the application write without the journal for longer than any other one is waited for. */
  'cut-off': { records: 100, cutMs: [2000, 12_000], stepMs: [10, 300], returns: 0.002, pauseMs: [100, 1000] },
  /** They forget what they wrote. */
  forgetful: { records: 1, cutMs: [500, 3000], stepMs: [10, 300], returns: 0.002, pauseMs: [100, 1000] },
  /** What they forgot lands as late as it may. */
  'late-forgotten': {
    records: 1,
    cutMs: [500, 3000],
    stepMs: [10, 100],
    returns: 0.002,
    pauseMs: [100, 1000],
    slow: { ...NOTHING_SLOW, marked: 0.15 },
    givesUpAfter: 0.1,
  },
} as const satisfies Record<string, Hostile>;

export type Hostility = keyof typeof HOSTILE;
