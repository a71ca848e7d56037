import type { MigrationProgress } from '@vsm/core';
import type { ProgressDisplay } from './display.ts';
import { progressFrame } from './frame.ts';
import { widthOf } from './width.ts';

const FRAME_MS = 100;

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
/** Terminals that know this show the frame when it is whole; the others ignore it. */
const BEGIN_FRAME = '\u001B[?2026h';
const END_FRAME = '\u001B[?2026l';
const ERASE_LINE = '\u001B[2K';
const ERASE_BELOW = '\u001B[J';

/** One steady block at the bottom of what was printed: moved over and written anew, in one write a frame. */
export function progressBlock(stream: NodeJS.WriteStream): ProgressDisplay {
  let latest: MigrationProgress | undefined;
  let heading = '';
  let timer: NodeJS.Timeout | undefined;
  let drawn: readonly string[] = [];

  const columns = (): number => (stream.columns > 0 ? stream.columns : 80);
  /** To the first column of the block. Lines that a narrower window has wrapped take several rows. */
  const upToBlock = (): string => {
    const rows = drawn.reduce((total, line) => total + Math.max(1, Math.ceil(widthOf(line) / columns())), 0);
    return rows === 0 ? '\r' : `\r\u001B[${rows}A`;
  };
  const draw = (): void => {
    if (latest === undefined) return;
    const size = { columns: columns(), rows: stream.rows > 0 ? stream.rows : 24, color: stream.hasColors() };
    const lines = progressFrame(latest, heading, size);
    const body = lines.map((line) => `${ERASE_LINE}${line}\n`).join('');
    stream.write(`${BEGIN_FRAME}${upToBlock()}${body}${ERASE_BELOW}${END_FRAME}`);
    drawn = lines;
  };
  const erase = (): void => {
    if (drawn.length > 0) stream.write(`${BEGIN_FRAME}${upToBlock()}${ERASE_BELOW}${END_FRAME}`);
    drawn = [];
  };
  const onResize = (): void => {
    erase();
    draw();
  };
  // However the process ends, the cursor is visible again.
  const onExit = (): void => {
    stream.write(SHOW_CURSOR);
  };
  const start = (): void => {
    if (timer !== undefined) return;
    stream.write(HIDE_CURSOR);
    timer = setInterval(draw, FRAME_MS).unref();
    stream.on('resize', onResize);
    process.once('exit', onExit);
  };

  return {
    show(progress) {
      const changed = progress.phase !== latest?.phase;
      latest = progress;
      start();
      // The rest is drawn by the clock, so that a thousand pages a second are still ten frames.
      if (changed) draw();
    },
    title(text) {
      heading = text;
      latest = undefined;
    },
    above(write) {
      erase();
      write();
      draw();
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      stream.off('resize', onResize);
      process.off('exit', onExit);
      erase();
      latest = undefined;
      stream.write(SHOW_CURSOR);
    },
  };
}
