import type { MigrationProgress } from '@vsm/core';

export interface ProgressDisplay {
  show(progress: MigrationProgress): void;
  /** Heads what follows, where several collections move. */
  title(text: string): void;
  /** Writes something else on the screen: what is drawn gives way, and comes back below. */
  above(write: () => void): void;
  /** Takes away what is drawn, and gives the cursor back. */
  end(): void;
}

export const SILENT: ProgressDisplay = {
  show: () => undefined,
  title: () => undefined,
  above: (write) => write(),
  end: () => undefined,
};
