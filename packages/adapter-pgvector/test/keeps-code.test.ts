import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a process prints in which an embedded database runs. */
async function traced(...words: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-pglite-'));
  const file = fileURLToPath(new URL('embedded.ts', import.meta.url));
  try {
    return (await promisify(execFile)(process.execPath, ['--conditions=@vsm/source', file, folder, ...words])).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('V8 frees no code while an embedded database runs, which ends the process at times', async () => {
  expect(await traced()).not.toContain('[wasm-gc] Starting GC');
  expect(await traced('freeing')).toContain('[wasm-gc] Starting GC');
});
