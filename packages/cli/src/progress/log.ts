import type { MigrationProgress } from '@vsm/core';
import { progressLine } from '@vsm/report/text';
import type { ProgressDisplay } from './display.ts';

const INTERVAL_MS = 10_000;

/** For logs and pipes. Counts on even when nothing moves, so that a stalled run is seen to be one. */
export function progressLog(stream: { write(text: string): unknown }): ProgressDisplay {
  let latest: MigrationProgress | undefined;
  let heading = '';
  let timer: NodeJS.Timeout | undefined;
  const line = (): void => {
    if (latest !== undefined) stream.write(`${progressLine(latest, heading)}\n`);
  };
  return {
    show(progress) {
      latest = progress;
      timer ??= setInterval(line, INTERVAL_MS).unref();
    },
    title(text) {
      heading = text;
      latest = undefined;
    },
    above: (write) => write(),
    end() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
