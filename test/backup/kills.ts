import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBackup, listSnapshots } from '@vsm/adapter-file/backup';
import type { VectorRecord } from '@vsm/core';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { changed, digestOf, digestOfSnapshot } from './folders.ts';

export type Action = 'backup' | 'restore' | 'prune';

const ACTIONS: readonly Action[] = ['backup', 'restore', 'prune'];
const child = new URL('child.ts', import.meta.url).pathname;

/** What the collection holds in each version: others of its records are changed, added and gone. */
export function recordsOf(version: number): VectorRecord[] {
  return variedRecords(300 + 10 * version)
    .slice(version)
    .map((record, at) => (at % 40 === version % 40 ? changed(record, version) : record));
}

export interface Killed {
  readonly kills: number;
  /** Of each kind, at how many different steps. */
  readonly steps: Readonly<Record<Action, ReadonlySet<number>>>;
}

/**
 * Kills backups, restores and prunes, and looks after each kill whether every snapshot that was there, or should be, is whole and holds what its
 * collection held. @throws where one is not
 */
export async function killOften(kills: number): Promise<Killed> {
  const home = await mkdtemp(join(tmpdir(), 'vsm-backup-kills-'));
  const path = join(home, 'backups');
  const digests = new Map<string, string>();
  const steps = { backup: new Set<number>(), restore: new Set<number>(), prune: new Set<number>() };
  let version = 0;
  /** Runs an action, which is killed at a step where one is named. @returns how many steps it took, `undefined` where it was killed */
  const run = (action: Action, at = 0): number | undefined => {
    const words = ['--conditions=@vsm/source', child, action, path, String(version), String(at)];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    if (signal === 'SIGKILL') return undefined;
    if (status !== 0) throw new Error(`${action} ended with ${status}: ${stdout}${stderr}`);
    return Number(stdout);
  };
  /** Every snapshot that is there is whole, and those that must be are. */
  const look = async (least: readonly string[]): Promise<readonly string[]> => {
    const report = await checkBackup({ path });
    if (!report.passed) throw new Error(`not whole: ${JSON.stringify(report)}`);
    const ids = (await listSnapshots(path)).map(({ id }) => id);
    const gone = least.filter((id) => !ids.includes(id));
    if (gone.length > 0) throw new Error(`gone: ${gone.join(', ')}`);
    for (const id of ids) {
      const digest = digests.get(id) ?? (await digestOf(await filledMemory(recordsOf(version), schemaOf('euclidean'))));
      if ((await digestOfSnapshot(path, id)) !== digest) throw new Error(`${id} holds something else`);
      digests.set(id, digest);
    }
    return ids;
  };
  try {
    const taken: Record<Action, number> = { backup: run('backup') ?? 0, restore: 0, prune: 0 };
    let there = await look([]);
    let killed = 0;
    for (let round = 0; killed < kills; round += 1) {
      const action = ACTIONS[round % ACTIONS.length] as Action;
      if (action === 'backup') version += 1;
      const must = action === 'prune' ? there.slice(-2) : there;
      // Spread over the steps that such an action takes, by the golden ratio.
      const at = 1 + Math.floor(((round * 0.618_034) % 1) * Math.max(10, taken[action]));
      const whole = run(action, at);
      there = await look(must);
      if (whole === undefined) {
        killed += 1;
        steps[action].add(at);
      } else taken[action] = whole;
      // What was interrupted is done after all, and what comes next finds work.
      if (action !== 'restore') taken[action] = run(action) ?? 0;
      there = await look(action === 'prune' ? there.slice(-2) : there);
    }
    return { kills: killed, steps };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
