/** What `vsm` ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Bad usage or configuration; nothing was written. */
  usage: 2,
  /** Finished, but verification found differences or records were rejected. */
  differences: 3,
  /** Of a worker: work is left, and others have all of it. */
  workLeft: 4,
  interrupted: 130,
} as const;
