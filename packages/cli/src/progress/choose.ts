import { progressBlock } from './block.ts';
import type { ProgressDisplay } from './display.ts';
import { progressLog } from './log.ts';

/** A block that is redrawn on a terminal; elsewhere a line every ten seconds. */
export function progressDisplay(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): ProgressDisplay {
  return stream.isTTY && environment['TERM'] !== 'dumb' ? progressBlock(stream) : progressLog(stream);
}
