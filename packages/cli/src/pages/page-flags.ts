export interface PageFlags {
  /** Where the report goes; none when absent. */
  readonly report?: string | undefined;
  /** Serve the live page while the command runs. */
  readonly ui?: boolean | undefined;
}
