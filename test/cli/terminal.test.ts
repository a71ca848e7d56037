import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packages, vsm } from './process.ts';
import { CTRL_C, inTerminal, type Terminal } from './terminal.ts';

let folder: string;
const open: Terminal[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-terminal-'));
});
afterEach(async () => {
  for (const terminal of open.splice(0)) terminal.kill();
  await rm(folder, { recursive: true, force: true });
});

function start(words: readonly string[], options: Parameters<typeof inTerminal>[1] = {}): Terminal {
  const terminal = inTerminal(words, { cwd: folder, ...options });
  open.push(terminal);
  return terminal;
}

/** Slow enough to be watched, in pages small enough for many frames. */
const slowly = ['--batch-size', '20', '--max-records-per-second', '400'];

/** What was written, with the escape character spelled out. */
function readable(terminal: Terminal): string {
  return terminal.written().replaceAll('\u001B', 'ESC');
}

/** The number of records that the block shows, `undefined` while there is none. */
function shown(screen: string): number | undefined {
  const [, count] = /([\d,]+) of 1,000$/m.exec(screen) ?? [];
  return count === undefined ? undefined : Number(count.replaceAll(',', ''));
}

describe('in a terminal', () => {
  it('shows the plan, asks, redraws one block, stops on Ctrl-C, and names the command that finishes the run', async () => {
    const terminal = start(['migrate', packages, 'file:./slow.parquet', ...slowly]);
    const asked = await terminal.until(/Go on\? \[y\/N\]/);
    expect(asked).toMatch(/"debian-packages-1k": 1000 records, about \d/);
    expect(asked).toMatch(/ {2}to {4}\S*file:\S+ .*which will be created/);
    expect(asked).toMatch(/time: at least/);
    terminal.type('y\r');

    const early = await terminal.until(/copying[^]*records\/s[^]*retries[^]*rejected/);
    const first = shown(early) ?? 0;
    await terminal.until(new RegExp(`(?!\\b${first} of)\\b[1-9]\\d* of 1,000$`, 'm'));
    const later = terminal.screen();
    expect(shown(later)).toBeGreaterThan(first);
    // One block: what was drawn before it is gone.
    expect(later.match(/copying/g)).toHaveLength(1);
    expect(later.match(/^ {2}[\d,]+ records\/s {2}/gm)).toHaveLength(1);

    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    const end = terminal.screen();
    expect(end).not.toMatch(/[█░]/);
    const [, command = ''] = /^ {2}vsm (resume \S+)\r?$/m.exec(terminal.written()) ?? [];
    expect(command).not.toBe('');

    // In a narrow window: one block as well, and no line of it is broken by the terminal.
    const resumed = start(command.split(' '), { columns: 44 });
    const narrow = await resumed.until(/^ {2}all\b.* of 1,000$/m);
    expect(narrow.match(/copying/g)).toHaveLength(1);
    expect(await resumed.ended).toBe(0);
    expect(resumed.screen()).not.toMatch(/[█░]/);
    expect(resumed.written()).toMatch(/1000 records from/);
    expect(resumed.written()).toMatch(/verification \(values\): passed, 1000 records expected, 1000 in the target/);

    // Every frame was written whole, and the cursor is visible again.
    const frames = readable(terminal).split('ESC[?2026h').slice(1);
    expect(frames.length).toBeGreaterThan(3);
    for (const frame of frames) {
      const [inside = '', after = ''] = frame.split('ESC[?2026l');
      expect(inside).toMatch(/ESC\[J$/);
      expect(after).not.toMatch(/ESC\[\d*[AJK]/);
    }
    expect(terminal.written().lastIndexOf('\u001B[?25h')).toBeGreaterThan(
      terminal.written().lastIndexOf('\u001B[?25l'),
    );
  });

  it('writes nothing when the answer is not yes, or Ctrl-C', async () => {
    const refused = start(['migrate', packages, 'file:./no.parquet']);
    await refused.until(/Go on\?/);
    refused.type('\r');
    expect(await refused.ended).toBe(2);
    expect(refused.screen()).toMatch(/Nothing was written/);
    const stopped = start(['migrate', packages, 'file:./no.parquet']);
    await stopped.until(/Go on\?/);
    stopped.type(CTRL_C);
    expect(await stopped.ended).toBe(130);
    expect((await vsm(['inspect', `file:${join(folder, 'no.parquet')}`])).code).toBe(2);
  });

  it('does not ask with --yes, draws no colour with NO_COLOR, and nothing at all with --quiet', async () => {
    const plain = start(['migrate', packages, 'file:./plain.parquet', '--yes', '--batch-size', '100'], {
      env: { NO_COLOR: '1' },
    });
    const coloured = start(['migrate', packages, 'file:./coloured.parquet', '--yes', '--batch-size', '100']);
    const quiet = start(['migrate', packages, 'file:./quiet.parquet', '--quiet']);
    expect(await Promise.all([plain.ended, coloured.ended, quiet.ended])).toEqual([0, 0, 0]);
    const colour = /ESC\[\d+m/;
    expect(readable(coloured)).toMatch(colour);
    expect(readable(plain)).toMatch(/ESC\[\?2026h/);
    expect(readable(plain)).not.toMatch(colour);
    expect(quiet.written()).toBe('');
  });
});
