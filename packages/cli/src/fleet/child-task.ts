/** The first message to a process of `vsm migrate --processes`. */
export interface ChildTask {
  readonly task: {
    readonly runId: string;
    readonly ledger: string;
    readonly words: readonly string[];
    readonly config: string | undefined;
    readonly slots: number;
    readonly maxBytesInFlight: number;
  };
}

/** What the parent is told, beside what goes to its queue. */
export type ChildMessage = { readonly note: string } | { readonly vsmQueue: number };
