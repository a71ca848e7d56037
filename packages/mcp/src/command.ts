/** A command of `vsm` and its words, without those that say how to print. */
export interface Command {
  readonly name: string;
  readonly options: readonly string[];
  /** Locations, names of stores or runs: whatever they begin with, they are no options. */
  readonly words: readonly string[];
}

export interface CommandEnd {
  readonly exitCode: number;
  /** What `--json` prints. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Runs a command to its end. `onProgress` is told how many of how many records are through. */
export type RunCommand = (
  command: Command,
  watch: { readonly signal: AbortSignal; readonly onProgress: (done: number, total: number) => void },
) => Promise<CommandEnd>;
