import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { main, root, testEnvironment } from './process.ts';

/** A program in a real pseudo-terminal, and what a person would see of it: the escape sequences are interpreted. */
export interface Terminal {
  /** Everything the program wrote, raw. */
  readonly written: () => string;
  /** The writes as they came. A frame that was written at once is in one of them, or in neighbours. */
  readonly screen: () => string;
  /** Resolves as soon as the screen matches. Ends with the test's own time limit if it never does. */
  readonly until: (pattern: RegExp) => Promise<string>;
  readonly type: (keys: string) => void;
  readonly ended: Promise<number>;
  readonly kill: () => void;
}

export const CTRL_C = '\u0003';

export function inTerminal(
  words: readonly string[],
  {
    columns = 80,
    rows = 24,
    cwd = root,
    env = {},
  }: {
    readonly columns?: number;
    readonly rows?: number;
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Terminal {
  const { NO_COLOR: _none, FORCE_COLOR: _forced, CI: _ci, ...environment } = testEnvironment;
  const shown = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: false });
  const child: IPty = spawn(process.execPath, [...main, ...words], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { ...environment, TERM: 'xterm-256color', ...env },
  });
  let written = '';
  const watchers = new Set<() => void>();
  const screen = (): string => {
    const buffer = shown.buffer.active;
    const lines = Array.from(
      { length: buffer.length },
      (_, index) => buffer.getLine(index)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  };
  const drained = new Set<Promise<void>>();
  child.onData((data) => {
    written += data;
    const drawn = new Promise<void>((resolve) => {
      shown.write(data, () => {
        for (const watch of watchers) watch();
        resolve();
      });
    });
    drained.add(drawn);
  });
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      void Promise.all(drained).then(() => resolve(signal === undefined || signal === 0 ? exitCode : 128 + signal));
    });
  });
  return {
    written: () => written,
    screen,
    until: (pattern) =>
      new Promise((resolve) => {
        const watch = (): void => {
          const text = screen();
          if (!pattern.test(text)) return;
          watchers.delete(watch);
          resolve(text);
        };
        watchers.add(watch);
        watch();
      }),
    type: (keys) => child.write(keys),
    ended,
    kill: () => child.kill(),
  };
}
