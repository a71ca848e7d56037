import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const FIXTURES: string = join(import.meta.dirname, 'fixtures');

/** A folder of the test's own, gone with it. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-folder-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder in an archive of the fixtures, which is named like it. */
export function unpack(archive: string): string {
  const folder = temporary();
  execFileSync('tar', ['-xzf', join(FIXTURES, `${archive}.tar.gz`), '--strip-components=1', '-C', folder]);
  return folder;
}
