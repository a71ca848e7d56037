/** What goes wrong far more often than by chance, so that what a rule is there for happens in a few runs. */
export interface Hostile {
  /** Share of the writes that take long to prepare, of the application. */
  readonly embeds?: number | undefined;
  /** Share of those that take longer than anything that was sent may take to land. */
  readonly embedsForLong?: number | undefined;
  /** Shares of the requests that take any time: writes with and without a mark, those of the copy and of the drain. */
  readonly slow?: Partial<Record<'marked' | 'unmarked' | 'copy' | 'drain', number>> | undefined;
  /** Share of the application's requests right after which it dies. */
  readonly dies?: number | undefined;
  /** Share of the begins with whose answer the application stands still, for less than a lease. */
  readonly stallsAtBegin?: number | undefined;
  /** Share of the clearings of marks before which the drainer stands still, for longer than it takes another one to begin. */
  readonly stallsAtClear?: number | undefined;
  /** How long an application stands still that does so by itself. */
  readonly stopsMs?: readonly [least: number, most: number] | undefined;
  /** Between two writes of one writer. */
  readonly pauseMs?: readonly [least: number, most: number] | undefined;
  /** Between two steps. */
  readonly stepMs?: readonly [least: number, most: number] | undefined;
}

const SELDOM = [500, 4000] as const;
const AT_ONCE = [10, 100] as const;

export const HOSTILE = {
  /** Writes are pending while their records are drained. */
  'long-writes': { embeds: 0.6, slow: { drain: 0.3 } },
  /** Writes are sent as late as they may be, and nobody hears of them. */
  'last-words': { embeds: 0.6, slow: { marked: 0.5 }, dies: 0.3, stallsAtBegin: 0.3 },
  /** A drainer clears marks when another one has been at work for long. */
  'late-clears': { stallsAtClear: 0.03, slow: { drain: 0.2, marked: 0.2 }, dies: 0.1 },
  /** Pages of the copy land when it is over, on records that are written seldom. */
  'late-copies': { slow: { copy: 0.3 }, pauseMs: SELDOM, stepMs: AT_ONCE },
  /** Writes without marks land when the copy has gone by. */
  'late-unmarked': { slow: { unmarked: 0.5 }, embeds: 0.3, embedsForLong: 0.5, pauseMs: SELDOM, stepMs: AT_ONCE },
  /** Processes of the application hear of nothing for so long that nobody waits for them. */
  deaf: { stopsMs: [1000, 12_000], stepMs: AT_ONCE },
} as const satisfies Record<string, Hostile>;

export type Hostility = keyof typeof HOSTILE;
